import { planFollowing } from './follow-working-tree.ts'
import type { GitPlace } from './open-git-place.ts'

export type RefMove = {
  ref: string
  /** Null: it must not be there. */
  from: string | null
  /** The same as `from`: it is only looked at. */
  to: string
}

/**
 * All of them or none, if each is still what it was. A working tree in which a moved branch is checked out
 * follows while the branch is locked.
 * @returns false when one is another by now, or somebody holds one
 * @throws UserFacingError working-tree-in-the-way; then nothing has moved
 */
export async function moveRefs(
  place: GitPlace,
  moves: readonly RefMove[],
  message: string,
): Promise<boolean> {
  const none = '0'.repeat(place.objectFormat === 'sha1' ? 40 : 64)
  const lines = moves.map(({ ref, from, to }) =>
    from === to ? `verify ${ref} ${from}` : `update ${ref} ${to} ${from ?? none}`,
  )
  const branches = moves.filter(({ ref, from, to }) => ref.startsWith('refs/heads/') && from !== to)
  const follow = branches.length === 0 ? null : await planFollowing(place, branches)
  const { code } = await place.refs(['update-ref', '-m', message, '--create-reflog', '--stdin'], {
    answers: [0, 1, 128],
    async talk({ say, hears }) {
      say(`${['start', ...lines, 'prepare'].join('\n')}\n`)
      if (!(await hears('prepare: ok'))) return
      await follow?.()
      say('commit\n')
    },
  })
  return code === 0
}
