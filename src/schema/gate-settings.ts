import { z } from 'zod'
import { EnvironmentName } from './environment.ts'

/** How well a flow under test is kept apart from the server: by the system, or by a process of its own. */
export const Isolation = z.enum(['os', 'process'])
export type Isolation = z.infer<typeof Isolation>

/** Whether author and server are different users of the system; `none`: one user, as on a laptop. */
export const Boundary = z.enum(['users', 'none'])
export type Boundary = z.infer<typeof Boundary>

/** What keeps a run of a flow from telling what it read. */
export const Walls = z.object({ isolation: Isolation, boundary: Boundary })
export type Walls = z.infer<typeof Walls>

const Share = z.number().gt(0).lt(1)

const WantedWalls = z.strictObject({
  isolation: Isolation.default('os'),
  boundary: Boundary.default('users'),
})

/** The policy of the gate: what a change must show, and what its author may ask. */
export const GateSettings = z.strictObject({
  /** Whose split `test` decides; left out: the only dataset of which engineers see something. */
  dataset: z.string().optional(),
  /** Whose models are asked, where the server has it; whoever holds them should be a custodian. */
  environment: EnvironmentName.default('test'),
  /** Runs over each document. */
  repeats: z.int().min(1).max(10).default(3),
  /** The loss that is still acceptable, as a share: 0.03 is 3 points of F0.5. */
  margin: Share.default(0.03),
  minDocs: z.int().min(2).default(20),
  /**
   * The time that each gate has for itself. Its answer comes when that is over, and what was not measured shortly
   * before is not measured any more; so the longest run has to fit, twice as well.
   */
  answerEverySeconds: z.number().min(1).max(86_400).default(1800),
  /** Gates on one version of the split `test`. */
  budget: z
    .strictObject({
      perAuthor: z.int().nonnegative().default(10),
      inTotal: z.int().nonnegative().default(20),
    })
    .prefault({}),
  /** The look at the split `audit` when a change is merged. */
  audit: z
    .strictObject({ wanted: z.boolean().default(true), margin: Share.default(0.05) })
    .prefault({}),
  /** The least that keeps a run apart. One-person installations may have less; it stands in each receipt. */
  walls: WantedWalls.prefault({}),
})
export type GateSettings = z.infer<typeof GateSettings>

/** Demo mode, by its other name: whatever walls the machine puts up are enough. */
const noWalls = { isolation: 'process', boundary: 'none' } as const

/** Whether a policy accepts any walls, as on a laptop, where author and server are one user. */
export function isDemo({ walls }: Pick<GateSettings, 'walls'>): boolean {
  return walls.isolation === noWalls.isolation && walls.boundary === noWalls.boundary
}

/** `gate` in the configuration of a server. */
export const GateConfig = GateSettings.extend({
  /** Demo mode: hidden examples are shown to flows behind whatever walls there are. */
  demo: z.boolean().default(false),
  walls: WantedWalls.optional(),
})
  .refine(({ demo, walls }) => !demo || walls === undefined, {
    path: ['walls'],
    error:
      'leave it out, or demo: demo mode accepts whatever walls there are, and walls says which are wanted',
  })
  .transform(({ demo, walls, ...settings }): GateSettings => {
    return { ...settings, walls: demo ? noWalls : (walls ?? WantedWalls.parse({})) }
  })
