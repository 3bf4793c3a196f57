import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

/**
 * Whether GitHub sent it, or somebody else who knows the secret.
 * @param signature of the header X-Hub-Signature-256
 */
export function verifyWebhook(
  rawBody: Uint8Array,
  signature: string | undefined,
  secret: string,
): boolean {
  const expected = createHmac('sha256', secret).update(rawBody).digest()
  const given = /^sha256=([0-9a-f]{64})$/.exec(signature ?? '')?.[1]
  return given !== undefined && timingSafeEqual(Buffer.from(given, 'hex'), expected)
}

const Numbered = z.object({ number: z.int().positive() })

const Payload = z.object({
  repository: z.object({ full_name: z.string() }),
  ref: z.string().optional(),
  pull_request: Numbered.optional(),
  merge_group: z.object({ head_ref: z.string() }).optional(),
  check_run: z.object({ pull_requests: z.array(Numbered) }).optional(),
  check_suite: z.object({ pull_requests: z.array(Numbered) }).optional(),
})
type Payload = z.infer<typeof Payload>

/** Pull requests to look at; `all`: those that something may have happened to, as the forge then says itself. */
export type Woken = { references: string[]; all: boolean }

const nobody: Woken = { references: [], all: false }

/**
 * What a message wakes. Nothing of it is believed but which pull requests may be looked at.
 * @param event of the header X-GitHub-Event
 * @returns null when it is no message of GitHub's
 */
export function readWebhook(
  { event, rawBody }: { event: string; rawBody: string },
  { repository, branch }: { repository: string; branch: string },
): Woken | null {
  const payload = payloadOf(rawBody)
  if (payload === null) return event === 'ping' ? nobody : null
  const isOurs = payload.repository.full_name.toLowerCase() === repository.toLowerCase()
  return isOurs ? wokenBy(event, payload, branch) : nobody
}

function wokenBy(event: string, payload: Payload, branch: string): Woken {
  switch (event) {
    case 'pull_request':
    case 'pull_request_review':
      return named(payload.pull_request === undefined ? [] : [payload.pull_request])
    case 'check_run':
      return namedOrAll(payload.check_run?.pull_requests ?? [])
    case 'check_suite':
      return namedOrAll(payload.check_suite?.pull_requests ?? [])
    case 'merge_group': {
      const number = /\/pr-(\d+)-[0-9a-f]+$/.exec(payload.merge_group?.head_ref ?? '')?.[1]
      return number === undefined ? nobody : { references: [number], all: false }
    }
    case 'push':
      return payload.ref === `refs/heads/${branch}` ? { references: [], all: true } : nobody
    case 'status':
      return { references: [], all: true }
    default:
      return nobody
  }
}

/** Checks of a fork's commits name no pull request. */
function namedOrAll(pulls: { number: number }[]): Woken {
  return pulls.length === 0 ? { references: [], all: true } : named(pulls)
}

function named(pulls: { number: number }[]): Woken {
  return { references: pulls.map(({ number }) => String(number)), all: false }
}

function payloadOf(rawBody: string): Payload | null {
  try {
    const { success, data } = Payload.safeParse(JSON.parse(rawBody))
    return success ? data : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
