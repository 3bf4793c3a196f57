import { useQuery } from '@tanstack/react-query'
import type { DatasetExample } from '../../../src/schema/api/datasets.ts'
import type { DocumentText } from '../../../src/schema/workplace.ts'
import { api } from '../../api.ts'

/**
 * The pages of the PDF that an example was read from, with the places of their words. Null: it was read from
 * no PDF, or this server does not have the file.
 * @returns undefined while nobody knows
 */
export function useExamplePages({
  file,
}: Pick<DatasetExample, 'file'>): DocumentText | null | undefined {
  const sha256 = file?.sha256 ?? ''
  const { data, isPending } = useQuery(
    api.documents.text.queryOptions({
      input: { sha256 },
      enabled: sha256 !== '',
      staleTime: Infinity,
      structuralSharing: false,
      retry: false,
    }),
  )
  if (sha256 === '') return null
  if (data !== undefined) return data.pages.some(({ width }) => width !== null) ? data : null
  return isPending ? undefined : null
}
