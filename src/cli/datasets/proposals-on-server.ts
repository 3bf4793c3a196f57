import { UserFacingError } from '../../lib/errors.ts'
import type { Split } from '../../schema/access.ts'
import type { Merged, ProposalEntry, RotationPlan } from '../../schema/api/dataset-proposals.ts'
import type { Io } from '../io.ts'
import { connectServer } from '../on-server/connect-server.ts'
import { keepingDatasets, serverFault } from '../on-server/server-faults.ts'

export type ListedProposals = {
  items: ProposalEntry[]
  /** Whether there are others. */
  more: boolean
}

type Merge = {
  dataset: string
  reviews: string[]
  rotate: boolean
  /** Of all of them. */
  split?: Split
  /** Hash of the newest one as it was looked at. */
  version?: string
  note?: string
  showHidden: boolean
}

/** What reviews on a server propose for its datasets. */
export type ServerProposals = {
  list(dataset: string): Promise<ListedProposals>
  /**
   * What all that there are are named by.
   * @throws UserFacingError proposals-missing, proposals-too-many
   */
  all(dataset: string): Promise<string[]>
  merge(merge: Merge): Promise<Merged>
  /** What a rotation with these reviews would do. */
  planRotation(wanted: { dataset: string; reviews: string[] }): Promise<RotationPlan>
  decline(declined: { dataset: string; reviews: string[] }): Promise<void>
}

/** As many as a server tells at once. */
const most = 500

export function proposalsOnServer(address: string, io: Io): ServerProposals {
  const { url, client } = connectServer(address, io.env)
  const { signal } = io
  const asked = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer
    } catch (error) {
      throw serverFault(error, url, keepingDatasets)
    }
  }
  const list = (dataset: string): Promise<ListedProposals> =>
    asked(client.datasets.proposals({ dataset, limit: most }, { signal }))
  return {
    list,
    async all(dataset) {
      const { items, more } = await list(dataset)
      if (more) {
        throw new UserFacingError(
          'proposals-too-many',
          `There are more than ${most} proposals. Name reviews, or decline some first.`,
        )
      }
      if (items.length > 0) return items.map(({ review }) => review)
      throw new UserFacingError('proposals-missing', 'Nothing is proposed for this dataset now.')
    },
    merge: (merge) => asked(client.datasets.merge(merge, { signal })),
    planRotation: (wanted) => asked(client.datasets.planRotation(wanted, { signal })),
    async decline(declined) {
      await asked(client.datasets.decline(declined, { signal }))
    },
  }
}
