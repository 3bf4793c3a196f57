import type { Isolation } from '../flow/isolate/isolation.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { GateSettings, Walls } from '../schema/gate-settings.ts'

/** What a run is kept apart by, and what is asked of that. */
export type GateWalls = {
  isolation: Isolation
  wanted: GateSettings['walls']
  /** Whether one person holds all roles. */
  solo: boolean
}

type Gate = {
  settings: Pick<GateSettings, 'walls'>
  runner: { isolation(): Promise<Isolation> }
}

/**
 * Walls for one run. They are found anew for each: a gate worker comes and goes.
 * @throws UserFacingError gate-walls, isolation-failed
 */
export async function findGateWalls({ settings, runner }: Gate, solo: boolean): Promise<GateWalls> {
  const found = { isolation: await runner.isolation(), wanted: settings.walls, solo }
  refuseThinWalls(found)
  return found
}

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
 * @throws UserFacingError gate-walls, with what to do for more, as the trial of the walls says
 */
export function refuseThinWalls({ isolation, wanted, solo }: GateWalls): void {
  if (solo) return
  const lacks = lacksOf(wanted, isolation)
  if (lacks.length === 0) return
  const { advice } = isolation
  const told = [...lacks, ...(advice === null ? [] : [advice]), demoMode].join(' ')
  throw new UserFacingError('gate-walls', `No hidden example is shown to a flow here. ${told}`)
}
