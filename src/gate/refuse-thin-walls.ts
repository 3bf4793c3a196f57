import { UserFacingError } from '../lib/errors.ts'
import type { GateSettings, Walls } from '../schema/gate-settings.ts'

/**
 * Hidden examples are shown to a flow only where it cannot tell them on. Where one person is all there is,
 * nothing is hidden from its author anyway; each receipt says so.
 * @throws UserFacingError gate-walls
 */
export function refuseThinWalls(
  { walls: wanted }: Pick<GateSettings, 'walls'>,
  { walls, solo }: { walls: Walls; solo: boolean },
): void {
  if (solo) return
  const lacks = [
    wanted.isolation === 'os' && walls.isolation !== 'os'
      ? 'Flows are not kept apart by the system (isolation process). Install bubblewrap on the machine of the server (Debian, Ubuntu: apt install bubblewrap), or let it make user namespaces.'
      : null,
    wanted.boundary === 'users' && walls.boundary !== 'users'
      ? 'Author and server are one user of the system (boundary none). Run the server as a user of its own, on a machine or in a container where authors have no account with its rights.'
      : null,
  ].filter((sentence) => sentence !== null)
  if (lacks.length === 0) return
  throw new UserFacingError(
    'gate-walls',
    `No hidden example is shown to a flow here. ${lacks.join(' ')} proofloop doctor checks it.`,
  )
}
