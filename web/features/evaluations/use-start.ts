import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { api } from '../../api.ts'

/** Starts an evaluation and shows it. */
export function useStart() {
  const navigate = useNavigate()
  const queries = useQueryClient()
  return useMutation(
    api.evaluations.start.mutationOptions({
      onSuccess: ({ id }) => {
        void queries.invalidateQueries({ queryKey: api.evaluations.list.key() })
        return navigate({ to: '/evaluations/$evaluation', params: { evaluation: id } })
      },
    }),
  )
}
