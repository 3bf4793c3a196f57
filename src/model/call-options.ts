import type { LanguageModelV4CallOptions, LanguageModelV4Message } from '@ai-sdk/provider'
import type { ModelParameters, ModelProvider } from '../schema/config.ts'
import type { ModelMessage } from '../schema/model.ts'
import type { ModelRequest } from './exchange.ts'

type Effort = NonNullable<LanguageModelV4CallOptions['reasoning']>
const efforts = new Map<string, Effort>(
  (['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const).map((effort) => [
    effort,
    effort,
  ]),
)

/** Why the provider's client cannot send these; null when it can. */
export function parameterProblem(
  provider: ModelProvider,
  { reasoningEffort }: ModelParameters,
): string | null {
  if (reasoningEffort === undefined || provider === 'openai-compatible') return null
  if (efforts.has(reasoningEffort)) return null
  return `reasoningEffort "${reasoningEffort}" is none of ${[...efforts.keys()].join(', ')}.`
}

/** The request in the words of the providers' clients. */
export function toCallOptions(
  request: ModelRequest,
  abortSignal: AbortSignal,
): LanguageModelV4CallOptions {
  const { reasoningEffort, ...parameters } = request.parameters
  const reasoning = reasoningEffort === undefined ? undefined : efforts.get(reasoningEffort)
  const own = reasoningEffort !== undefined && !reasoning && { reasoningEffort }
  // A name that no list knows (an Azure deployment) is a reasoning model when it is told to reason.
  const forced = reasoningEffort !== undefined && { forceReasoning: true }
  const strictJsonSchema = isStrict(request.schema)
  return {
    ...parameters,
    prompt: request.messages.map(toMessage),
    responseFormat: { type: 'json', schema: request.schema, name: request.schemaName },
    abortSignal,
    includeRawChunks: true,
    ...(reasoning && { reasoning }),
    providerOptions: {
      openai: { strictJsonSchema, ...forced },
      openaiCompatible: { strictJsonSchema, ...own },
    },
  }
}

function toMessage({ role, content }: ModelMessage): LanguageModelV4Message {
  if (role === 'system') return { role, content }
  return { role, content: [{ type: 'text', text: content }] }
}

/** Whether OpenAI takes it as a strict schema: each object closed, each of its fields required. */
function isStrict(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict)
  if (typeof schema !== 'object' || schema === null) return true
  if ('properties' in schema && typeof schema.properties === 'object' && schema.properties) {
    const required = 'required' in schema && Array.isArray(schema.required) ? schema.required : []
    const isClosed = 'additionalProperties' in schema && schema.additionalProperties === false
    if (!isClosed || Object.keys(schema.properties).some((name) => !required.includes(name))) {
      return false
    }
  }
  return Object.values(schema).every(isStrict)
}
