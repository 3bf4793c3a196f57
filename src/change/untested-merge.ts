import type { ChangeRevision } from '../schema/stored-change.ts'
import type { ObservedChange, SeenOnForge } from './observed-change.ts'
import type { Repository } from './repository.ts'

type Tests = Pick<ObservedChange, 'functionalBy' | 'testsHere' | 'mergeQueue'>
type Revision = Pick<ChangeRevision, 'tree' | 'testedOn'>

/**
 * On which commit the forge's own runners test what a merge would give: on the head where it has all of the
 * protected branch, whenever they ran. Of another one nobody knows with what the forge has put it together.
 */
export async function testedOnHead(
  repository: Pick<Repository, 'commits'>,
  { head, base }: { head: string; base: string },
): Promise<NonNullable<ChangeRevision['testedOn']>> {
  const lacking = await repository.commits(head, base, 0)
  return lacking.count === 0 ? 'head' : 'nothing'
}

/** Whether all is kept of what the forge shows now that is found out about what would be merged. */
export function isLookedThrough(
  { revision, functionalBy }: Pick<ObservedChange, 'revision' | 'functionalBy'>,
  seen: Pick<SeenOnForge, 'head' | 'base' | 'writers' | 'writerAddresses'>,
): boolean {
  if (revision === null || revision.head !== seen.head || revision.base !== seen.base) return false
  if (!isEveryWriterKept(revision, seen)) return false
  return functionalBy !== 'forge' || revision.testedOn !== null
}

/** The forge may find out later whose an address is. */
function isEveryWriterKept(
  { writtenBy }: Pick<ChangeRevision, 'writtenBy'>,
  { writers, writerAddresses }: Pick<SeenOnForge, 'writers' | 'writerAddresses'>,
): boolean {
  if (writtenBy === null) return false
  const { people, addresses } = writtenBy
  return (
    writers.every((one) => people.includes(one)) &&
    writerAddresses.every((one) => addresses.includes(one))
  )
}

/** Whether nobody has tested what would be merged, nor will. */
export function isUntested({ testsHere, mergeQueue }: Tests, revision: Revision): boolean {
  return !testsHere && !mergeQueue && isTestedByNoRunner(revision)
}

/** Whether it is the runners in the forge's queue who have to test what would be merged, and have not. */
export function isUntestedInQueue({ testsHere, mergeQueue }: Tests, revision: Revision): boolean {
  return !testsHere && mergeQueue && isTestedByNoRunner(revision)
}

/** Whether the forge lets nobody merge it as it is: only a queue puts it together with the protected branch itself. */
export function isBehind({ functionalBy, mergeQueue }: Tests, { testedOn }: Revision): boolean {
  return functionalBy === 'forge' && !mergeQueue && testedOn !== 'head'
}

function isTestedByNoRunner({ tree, testedOn }: Revision): boolean {
  return tree !== null && testedOn !== 'head' && testedOn !== 'queue'
}
