import { z } from 'zod'
import { ModelParameters } from '../schema/config.ts'
import { Languages } from './agent-config.ts'

const alias = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]*$/,
    'the name of a model in proofloop.config.ts: lower-case, digits, hyphens',
  )

/** Prompty lets it be the name alone. */
const model = z.preprocess(
  (value) => (typeof value === 'string' ? { id: value } : value),
  z.looseObject({ id: alias, options: ModelParameters.default({}) }),
)

const template = z.unknown().refine((value) => !JSON.stringify(value ?? '').includes('mustache'), {
  error: 'only jinja2 templates are rendered',
})

const shots = z.int().min(1).max(20)
const minScore = z.number().min(0).max(10)

/** Front matter of `agent.prompty`. Keys that are not ours may stand in it; those in `metadata` are. */
export const LlmAgentConfig = z.looseObject({
  name: z.string().optional(),
  model,
  template: template.optional(),
  metadata: z.strictObject({
    /** The issue type that it reports. */
    type: z.string().min(1),
    /** Independent requests for a chunk. */
    shots: shots.default(3),
    /** Issues that the consolidator scores lower are dropped. */
    minScore: minScore.default(0),
    languages: Languages.optional(),
    authors: z.unknown().optional(),
    tags: z.unknown().optional(),
    version: z.unknown().optional(),
  }),
})

/** Front matter of `consolidator.prompty`, all of which may be left out. */
export const ConsolidatorConfig = z.looseObject({
  model: model.optional(),
  template: template.optional(),
})

/**
 * `agent.yaml` beside the three Jinja2 files of the reference app, which say nothing but the prompts.
 * The defaults are what that app does.
 */
export const JinjaAgentConfig = z.strictObject({
  engine: z.literal('llm').default('llm'),
  name: z.string().optional(),
  description: z.string().optional(),
  type: z.string().min(1).optional(),
  model: model.prefault({ id: 'reviewer', options: { temperature: 1 } }),
  shots: shots.default(5),
  minScore: minScore.default(0),
  languages: Languages.optional(),
})
