import { z } from 'zod'

/** In the currency of your choice for a million tokens; without it a cost is unknown, never 0. */
export const ModelPrice = z.strictObject({
  currency: z.string().min(1).default('USD'),
  inputPerMillion: z.number().nonnegative(),
  /** Of input that the provider had in its cache; the price of input when it is left out. */
  cachedInputPerMillion: z.number().nonnegative().optional(),
  outputPerMillion: z.number().nonnegative(),
})
export type ModelPrice = z.infer<typeof ModelPrice>

/** What one connection may carry, and how long it may keep us waiting. */
export const ModelLimits = z.strictObject({
  /** Requests under way at once. */
  concurrency: z.int().positive().default(8),
  requestsPerMinute: z.number().positive().optional(),
  /** Input and output together. */
  tokensPerMinute: z.number().positive().optional(),
  /** Tries of one request, the first one included. */
  attempts: z.int().positive().default(5),
  /** Longest time that a provider may ask us to wait (`Retry-After`) before we give up. */
  longestWaitMs: z.int().nonnegative().default(300_000),
  /** Until the answer begins, without streaming: until it is there. */
  firstByteMs: z.int().positive().default(120_000),
  /** Between two pieces of an answer. */
  chunkMs: z.int().positive().default(60_000),
  /** For the whole answer, however steadily it drips. */
  totalMs: z.int().positive().default(300_000),
  /** A longer answer is refused while it arrives. */
  answerBytes: z.int().positive().default(2_000_000),
})
export type ModelLimits = z.infer<typeof ModelLimits>

/** What is sent along with a prompt; an agent's own options win over its alias'. */
export const ModelParameters = z.strictObject({
  temperature: z.number().min(0).optional(),
  topP: z.number().min(0).max(1).optional(),
  maxOutputTokens: z.int().positive().optional(),
  seed: z.int().optional(),
  /** How long a reasoning model thinks: `minimal`, `low`, `medium`, `high`, as its provider has it. */
  reasoningEffort: z.string().optional(),
})
export type ModelParameters = z.infer<typeof ModelParameters>

/**
 * The providers' wire protocols; `openai-compatible` is Ollama, vLLM, llama.cpp and many others.
 * `replay` sends nothing and answers from a file of recordings.
 */
export const ModelProvider = z.enum([
  'openai',
  'azure',
  'anthropic',
  'google',
  'openai-compatible',
  'replay',
])
export type ModelProvider = z.infer<typeof ModelProvider>

/** A model by the name that agents give it. Keys are never here: they come from the environment. */
export const ModelSettings = z
  .strictObject({
    provider: ModelProvider,
    model: z.string().min(1),
    /** Of `replay`: JSON Lines of recorded answers, relative to the flow's folder. */
    recordings: z.string().min(1).optional(),
    /** Default: the provider's own, or what its environment variable says. */
    baseURL: z.url({ protocol: /^https?$/ }).optional(),
    /** Name of the environment variable that holds the key. */
    apiKeyEnv: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*$/, 'the name of an environment variable, never a key')
      .optional(),
    /** Whether answers are streamed: stalls are seen sooner, some servers then tell no usage. */
    stream: z.boolean().default(false),
    parameters: ModelParameters.default({}),
    price: ModelPrice.optional(),
    limits: ModelLimits.prefault({}),
  })
  .refine(({ provider, recordings }) => (provider === 'replay') === (recordings !== undefined), {
    path: ['recordings'],
    message: 'the provider replay, and no other, needs the path of its recordings',
  })
export type ModelSettings = z.infer<typeof ModelSettings>

/** By alias, the name that agents give a model. */
export const ModelConnections = z.record(
  z.string().regex(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and hyphens'),
  ModelSettings,
)
