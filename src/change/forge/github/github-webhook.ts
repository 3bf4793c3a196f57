import { UserFacingError } from '../../../lib/errors.ts'
import type { ChangeSettings } from '../../../schema/change-settings.ts'
import { readWebhook, verifyWebhook, type Woken } from './verify-webhook.ts'

type Delivery = {
  rawBody: Uint8Array
  /** Of the header X-GitHub-Event. */
  event: string
  /** Of the header X-Hub-Signature-256. */
  signature: string | undefined
}

/** What GitHub's messages come to. */
export type GitHubWebhook = {
  receive(delivery: Delivery): Promise<'taken' | 'wrong-signature' | 'unreadable'>
}

type Options = {
  settings: ChangeSettings | undefined
  env: Record<string, string | undefined>
  /** Has changes looked at soon; twice is no harm. */
  wake: (woken: Woken) => Promise<void>
}

/**
 * Null: no messages are taken.
 * @throws UserFacingError forge-credentials
 */
export function createGitHubWebhook({ settings, env, wake }: Options): GitHubWebhook | null {
  if (settings?.forge.kind !== 'github' || settings.forge.webhookSecretEnv === undefined)
    return null
  const { branch, forge } = settings
  const name = settings.forge.webhookSecretEnv
  const secret = env[name] ?? ''
  if (secret === '') {
    throw new UserFacingError(
      'forge-credentials',
      `The variable ${name}, which changes.forge names, is not set.`,
    )
  }
  return {
    async receive({ rawBody, event, signature }) {
      if (!verifyWebhook(rawBody, signature, secret)) return 'wrong-signature'
      const message = { event, rawBody: new TextDecoder().decode(rawBody) }
      const woken = readWebhook(message, { repository: forge.repository, branch })
      if (woken === null) return 'unreadable'
      if (woken.all || woken.references.length > 0) await wake(woken)
      return 'taken'
    },
  }
}
