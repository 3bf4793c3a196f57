import type { ModelSettings } from '../schema/config.ts'
import type { Fault } from './exchange.ts'
import type { Access } from './provider-access.ts'
import { readProviderError } from './provider-error.ts'
import type { ProviderError } from './provider-error.ts'
import { WireError } from './wire-error.ts'

/** What the sentence of a fault may name. */
export type Whereabouts = {
  settings: Pick<ModelSettings, 'model' | 'provider'>
  access: Pick<Access, 'baseURL' | 'keyVariable'>
}

/** What comes of an error that a provider's client threw or passed on; `now` as of `Date.now()`. */
export function faultOf(error: unknown, where: Whereabouts, now: number): Fault | 'refused' {
  const wire = WireError.in(error)
  if (wire !== null) return wire.fault
  const details = readProviderError(error, now)
  const isFiltered = details.codes.some((code) => refusals.has(code))
  return isFiltered ? 'refused' : describe(details, where)
}

const refusals = new Set(['content_filter', 'content_policy_violation'])

function describe(error: ProviderError, where: Whereabouts): Fault {
  const host = hostOf(where)
  const { retryAfterMs, status } = error
  const told = detailsOf(error)
  // Of an HTTP status, not of an event in the middle of an answer.
  const turnedAway = status !== null && status >= 400 && ({ turnedAway: true } as const)
  if (error.isCutOff) return incomplete(host)
  if (error.isQuota || status === 402) {
    const sentence = `The quota or the credit at ${host} is used up${told}; more has to be bought or waited for.`
    return { code: 'quota-exhausted', sentence, retry: false, retryAfterMs, ...turnedAway }
  }
  if (status === 429) {
    const sentence = `${host} takes no more requests for now${told}.`
    return { code: 'rate-limited', sentence, retry: true, retryAfterMs, ...turnedAway }
  }
  const retry = status === null || status === 408 || status === 409 || status >= 500
  return {
    code: 'model-error',
    sentence: sentenceOf(error, where),
    retry,
    retryAfterMs,
    ...turnedAway,
  }
}

/** The answer ended before it was whole, without an error. */
export function incomplete(host: string): Fault {
  const sentence = `The answer of ${host} ended before it was whole.`
  return { code: 'answer-incomplete', sentence, retry: true, retryAfterMs: null }
}

export function hostOf({ access }: Whereabouts): string {
  return new URL(access.baseURL).host
}

function sentenceOf(error: ProviderError, where: Whereabouts): string {
  const host = hostOf(where)
  const told = detailsOf(error)
  const { keyVariable } = where.access
  if (error.codes.includes('context_length_exceeded')) {
    return `The prompt is longer than ${where.settings.model} can read${told}.`
  }
  switch (error.status) {
    case 401:
      return keyVariable === null
        ? `${host} wants a key${told}; name the variable that holds it as apiKeyEnv.`
        : `${host} does not accept the key in ${keyVariable}${told}.`
    case 403:
      return `${host} does not allow this with the key in ${keyVariable ?? 'no variable'}${told}.`
    case 404:
      return `${host} has no model "${where.settings.model}"${told}, or baseURL is not where its API is.`
    case null:
      return `${host} reported an error${told}.`
    default:
      return sentenceByRange(error.status, host, told)
  }
}

function sentenceByRange(status: number, host: string, told: string): string {
  if (status < 300) return `What ${host} sent is not an answer of a model. Is baseURL right?`
  if (status < 400) return `${host} sends us to another address${told}; set baseURL to that one.`
  if (status < 500) return `${host} refuses the request${told}.`
  return `${host} failed${told}.`
}

/** ` (400 invalid_value, temperature)` */
function detailsOf({ status, codes, param }: ProviderError): string {
  const [code] = codes
  const parts = [[status, code].filter(Boolean).join(' '), param].filter(Boolean)
  return parts.length > 0 ? ` (${parts.join(', ')})` : ''
}
