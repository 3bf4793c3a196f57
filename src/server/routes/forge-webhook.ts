import type { GitHubWebhook } from '../../change/forge/github/github-webhook.ts'
import { notFound } from '../answer-errors.ts'
import { limitBody } from '../limit-body.ts'
import type { App } from '../request-context.ts'

/** Of messages about pull requests; GitHub's largest are of pushes, which tell every commit. */
const bodyBytes = 4 * 2 ** 20

const wrongSignature = {
  defined: false,
  code: 'webhook-signature',
  status: 401,
  message:
    'The message is not signed with the secret of this server. Give GitHub the one that changes.forge.webhookSecretEnv names.',
}

const unreadable = {
  defined: false,
  code: 'webhook-unreadable',
  status: 400,
  message:
    'This is no message of a repository on GitHub. Choose the content type application/json there.',
}

/**
 * Where GitHub says that something happened. It comes before sessions and keys: who sends it is known by a
 * signature of its bytes.
 */
export function addForgeWebhook(app: App, webhook: GitHubWebhook | null): void {
  app.post('/api/forge/github/webhook', limitBody(bodyBytes), async (c) => {
    if (webhook === null) return c.json(notFound, 404)
    const taken = await webhook.receive({
      rawBody: new Uint8Array(await c.req.arrayBuffer()),
      event: c.req.header('x-github-event') ?? '',
      signature: c.req.header('x-hub-signature-256'),
    })
    switch (taken) {
      case 'taken':
        return c.body(null, 204)
      case 'wrong-signature':
        return c.json(wrongSignature, 401)
      case 'unreadable':
        return c.json(unreadable, 400)
    }
  })
}
