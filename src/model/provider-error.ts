import { APICallError, InvalidResponseDataError, JSONParseError } from '@ai-sdk/provider'
import { z } from 'zod'

/** What a provider's error tells, without its message: that may quote the prompt or the key. */
export type ProviderError = {
  /** HTTP status, or what stands for it in an error event; null when there is none. */
  status: number | null
  /** `insufficient_quota`, `RESOURCE_EXHAUSTED`; only words, see `word`. */
  codes: string[]
  /** The parameter that was refused. */
  param: string | null
  isQuota: boolean
  /** The body was JSON that broke off. */
  isCutOff: boolean
  retryAfterMs: number | null
}

const Text = z.string().nullish().catch(null)
const Detail = z.looseObject({
  retryDelay: Text,
  violations: z
    .array(z.looseObject({ quotaId: Text }))
    .nullish()
    .catch(null),
})
const ErrorBody = z.looseObject({
  code: z.union([z.string(), z.number()]).nullish().catch(null),
  type: Text,
  status: Text,
  param: Text,
  message: Text,
  statusCode: z.number().nullish().catch(null),
  innererror: z.looseObject({ code: Text }).nullish().catch(null),
  details: z
    .array(Detail.catch({ retryDelay: null, violations: null }))
    .nullish()
    .catch(null),
})
type ErrorBody = z.infer<typeof ErrorBody>

/** Reads what the clients throw, or what they pass on from an error event of a stream. */
export function readProviderError(error: unknown, now: number): ProviderError {
  if (InvalidResponseDataError.isInstance(error))
    return { ...nothing, isCutOff: error.data === undefined }
  if (!APICallError.isInstance(error)) return fromBody(error, {}, now)
  const { statusCode = null, responseHeaders = {}, responseBody = '' } = error
  const parsed = fromBody(jsonOf(responseBody), responseHeaders, now)
  const isFailure = statusCode !== null && statusCode >= 400
  const isCutOff =
    !isFailure && JSONParseError.isInstance(error.cause) && /^\s*(?:\{|$)/.test(responseBody)
  return { ...parsed, status: isFailure ? statusCode : (parsed.status ?? statusCode), isCutOff }
}

const nothing: ProviderError = {
  status: null,
  codes: [],
  param: null,
  isQuota: false,
  isCutOff: false,
  retryAfterMs: null,
}

function fromBody(body: unknown, headers: Record<string, string>, now: number): ProviderError {
  const retryAfterMs = retryAfterOf(headers, now)
  const data = ErrorBody.safeParse(errorIn(body)).data
  if (data === undefined) return { ...nothing, retryAfterMs }
  const { code, type, status, param, innererror, statusCode } = data
  const numeric = [statusCode, code].map(Number).find((value) => value >= 400 && value <= 599)
  const codes = [code, innererror?.code, status, type].flatMap((name) => word(name) ?? [])
  const isRateLimit = codes.some((name) => /^(?:rate_limit.*|RESOURCE_EXHAUSTED)$/.test(name))
  return {
    status: numeric ?? (isRateLimit ? 429 : null),
    codes,
    param: word(param),
    isQuota: isQuota(data),
    isCutOff: false,
    retryAfterMs: retryAfterMs ?? delayIn(data),
  }
}

/** Bodies are `{ error }`, for Google also `[{ error }]`; an error event is the error itself. */
function errorIn(body: unknown): unknown {
  const first: unknown = Array.isArray(body) ? body[0] : body
  const isWrapped = typeof first === 'object' && first !== null && 'error' in first
  if (!isWrapped) return first
  return typeof first.error === 'string' ? { message: first.error } : first.error
}

const quotaCodes =
  /^(?:insufficient_quota|billing_hard_limit_reached|billing_not_active|billing_error|quota_?exceeded|insufficient_balance)$/i

function isQuota({ code, type, message, details, innererror }: ErrorBody): boolean {
  if (code === 402 || code === '402') return true
  if ([code, type, innererror?.code].some((name) => quotaCodes.test(String(name)))) return true
  // Anthropic has no code of its own for it; Google has one name for a day's quota and a minute's.
  if (/credit balance is too low/i.test(message ?? '')) return true
  const quotas = (details ?? []).flatMap((detail) => detail.violations ?? [])
  return quotas.some(({ quotaId }) => /PerDay/i.test(quotaId ?? ''))
}

/** Google's `RetryInfo`: `34.5s`. */
function delayIn({ details }: ErrorBody): number | null {
  const delay = (details ?? []).find((detail) => detail.retryDelay)?.retryDelay
  const seconds = /^([\d.]+)s$/.exec(delay ?? '')?.[1]
  return seconds === undefined ? null : wholeMs(Number(seconds) * 1000)
}

/** Of the headers, in ms; a date that has passed is 0. */
function retryAfterOf(headers: Record<string, string>, now: number): number | null {
  const inMs = headers['retry-after-ms'] ?? headers['x-ms-retry-after-ms']
  if (inMs?.trim()) return wholeMs(Number(inMs))
  const header = headers['retry-after']?.trim()
  if (!header) return null
  const ms = /^[\d.]+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now
  return wholeMs(ms)
}

function wholeMs(ms: number): number | null {
  return Number.isFinite(ms) ? Math.max(0, Math.ceil(ms)) : null
}

/** Names are let through; what may be a key or a piece of the prompt is not. */
function word(name: unknown): string | null {
  return typeof name === 'string' && /^[A-Za-z]+(?:[_.][A-Za-z]+)*$/.test(name) && name.length <= 40
    ? name
    : null
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
