import { UserFacingError } from '../lib/errors.ts'
import type { GateSettings, Walls } from '../schema/gate-settings.ts'

/** Whether walls are less than a policy asks for. */
export function areThin({ walls: wanted }: Pick<GateSettings, 'walls'>, walls: Walls): boolean {
  return lacksOf(wanted, walls).length > 0
}

function lacksOf(wanted: GateSettings['walls'], walls: Walls): string[] {
  return [
    wanted.isolation === 'os' && walls.isolation !== 'os'
      ? 'Flows are not kept apart by the system (isolation process).'
      : null,
    wanted.boundary === 'users' && walls.boundary !== 'users'
      ? 'Author and server may be one user of the system (boundary none).'
      : null,
  ].filter((sentence) => sentence !== null)
}

/** What holds of all of several runs. */
export function thinnest(all: readonly Walls[]): Walls {
  return {
    isolation: all.every(({ isolation }) => isolation === 'os') ? 'os' : 'process',
    boundary: all.every(({ boundary }) => boundary === 'users') ? 'users' : 'none',
  }
}

const demoMode =
  'On a laptop, where author and server are one user anyway, demo mode accepts it: gate: { demo: true } in the configuration of the server.'

/**
 * Hidden examples are shown to a flow only where it cannot tell them on. Where one person is all there is,
 * nothing is hidden from its author anyway; each receipt says so.
 * @param advice what to do for more, as the trial of the walls says
 * @throws UserFacingError gate-walls
 */
export function refuseThinWalls(
  { walls: wanted }: Pick<GateSettings, 'walls'>,
  { walls, advice, solo }: { walls: Walls; advice: string | null; solo: boolean },
): void {
  if (solo) return
  const lacks = lacksOf(wanted, walls)
  if (lacks.length === 0) return
  const told = [...lacks, ...(advice === null ? [] : [advice]), demoMode].join(' ')
  throw new UserFacingError('gate-walls', `No hidden example is shown to a flow here. ${told}`)
}
