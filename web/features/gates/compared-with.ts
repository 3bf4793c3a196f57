import { api } from '../../api.ts'
import { followMeasuring } from '../../components/follow-measuring.ts'

/** What is marked, added and measured on other pages changes both: they are asked for whenever the page opens. */
export const budgetOptions = () => api.gates.budget.queryOptions({ staleTime: 0 })

export const referencesOptions = () =>
  api.gates.references.queryOptions({ staleTime: 0, refetchInterval: followMeasuring })
