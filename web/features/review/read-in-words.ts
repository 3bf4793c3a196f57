import type { PersonName } from '../../../src/schema/workplace.ts'

type Readers = { own: boolean; others: readonly PersonName[] }

/** "You have read all of it", "Ada and 1 more have read all of it". */
export function readInWords({ own, others }: Readers): string {
  const [first, ...more] = [...(own ? ['You'] : []), ...others.map(({ name }) => name)]
  if (first === undefined) return 'Nobody has read all of it.'
  if (more.length > 0) return `${first} and ${more.length} more have read all of it.`
  return `${first} ${own ? 'have' : 'has'} read all of it.`
}
