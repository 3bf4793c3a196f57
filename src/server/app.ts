import { Hono } from 'hono'
import type { GitHubWebhook } from '../change/forge/github/github-webhook.ts'
import { ownRowsOf } from '../access/dataset-rights.ts'
import { scopesOf } from '../access/document-rights.ts'
import type { SignInLinks } from '../access/sign-in-links.ts'
import { answerFor, notFound } from './answer-errors.ts'
import { createApiHandler } from './api-handler.ts'
import { askItself } from './ask-itself.ts'
import { evenAnswers, type Clock } from './even-answers.ts'
import { createGate, requirePermission, type Identify } from './gate.ts'
import { createIdentify } from './identify.ts'
import { createImplementer } from './implementer.ts'
import { limitBody } from './limit-body.ts'
import type { Log } from './log.ts'
import type { Host } from './open-host.ts'
import type { App, Env } from './request-context.ts'
import { requestLog } from './request-log.ts'
import { requireOwnOrigin } from './request-origin.ts'
import { addApiDescription } from './routes/api-description.ts'
import { apiKeyRoutes } from './routes/api-keys.ts'
import { addAuditFile, auditRoutes } from './routes/audit.ts'
import { bundleRoutes } from './routes/bundles.ts'
import { changeRoutes } from './routes/changes.ts'
import { gateRoutes } from './routes/gates.ts'
import { flowRoutes } from './routes/flows.ts'
import { addHealth, addMetrics } from './routes/health.ts'
import { draftRoutes } from './routes/drafts.ts'
import { environmentRoutes } from './routes/environments.ts'
import { evaluationRoutes } from './routes/evaluations.ts'
import { measureRoutes, referenceRoutes } from './routes/references.ts'
import { notificationRoutes } from './routes/notifications.ts'
import { operationRoutes } from './routes/operations.ts'
import { addDatasetFiles } from './routes/dataset-files.ts'
import { proposalRoutes } from './routes/dataset-proposals.ts'
import { documentExampleRoutes } from './routes/dataset-documents.ts'
import { ownerRoutes } from './routes/dataset-owners.ts'
import { exampleRoutes } from './routes/dataset-examples.ts'
import { datasetRoutes } from './routes/datasets.ts'
import { labelSetRoutes } from './routes/label-sets.ts'
import { documentRoutes } from './routes/documents.ts'
import { addFiles } from './routes/files.ts'
import { addForgeWebhook } from './routes/forge-webhook.ts'
import { addLongAnswers } from './routes/long-answers.ts'
import { peopleRoutes } from './routes/people.ts'
import { reviewRoutes } from './routes/reviews.ts'
import { addSignIn } from './routes/sign-in.ts'
import { refuseNulInAddress } from './refuse-nul.ts'
import { retryAfter } from './retry-after.ts'
import { securityHeaders } from './security-headers.ts'
import { staticPage } from './static-page.ts'

export type AppHost = Host & {
  links: SignInLinks
  /** Takes what GitHub says; left out: nothing is. */
  webhook?: GitHubWebhook | null
  log: Log
  version: string
  /** Whether only this machine reaches it. */
  loopback: boolean
  /** Where browsers reach the server; null when that is not told. */
  publicUrl: string | null
  /** The built web page. */
  webFolder: string
  /** Null when it can serve, else a stable code. */
  hindrance: () => Promise<string | null>
  /** Who sends a request; by session and key when left out. */
  identify?: Identify
  /** By which answers are held back; the machine's when left out. */
  clock?: Clock
}

/** Of what comes as JSON; files come by their own way. */
const bodyBytes = 4 * 2 ** 20

export function createApp(host: AppHost): App {
  const app = new Hono<Env>()
  app.use(requestLog(host))
  app.use(securityHeaders)
  app.use(retryAfter)
  addHealth(app, host)
  app.use(requireOwnOrigin(host))
  addSignIn(app, host)
  addForgeWebhook(app, host.webhook ?? null)
  const { identify = createIdentify(host) } = host
  const guard = requirePermission(identify, 'operations:read')
  addMetrics(app, { metrics: host.metrics, identify, guard })
  addApi(app, host, identify)
  app.get('*', staticPage(host.webFolder))
  app.onError((error, c) => {
    const { answer, log } = answerFor(error, c.get('request'))
    if (log) c.set('failure', { error })
    return c.json(answer, answer.status as 500)
  })
  return app
}

/**
 * What requests read of documents goes through the wall, and so does what a gate found. Beyond it is what must know of
 * more than its reader may: where a file that comes in belongs, whether the last one who had it has it forgotten, what
 * a gate is asked and measured on, and changes.
 */
function addApi(app: App, beyond: AppHost, identify: Identify): void {
  const { readers } = beyond
  const host = { ...beyond, store: readers.store }
  addApiDescription(app, host.version)
  app.use('/api/*', evenAnswers(host.clock))
  app.use('/api/*', createGate(identify, host.publicUrl))
  app.use('/api/*', (c, next) => {
    const context = c.get('context')
    if (context === null) return readers.run([], next)
    const { actor } = context
    return readers.run(scopesOf(actor), next, ownRowsOf(actor))
  })
  app.use('/api/*', refuseNulInAddress)
  addFiles(app, { ...host, beyond })
  addDatasetFiles(app, host)
  addAuditFile(app, host)
  addLongAnswers(app, host)
  app.use('/api/*', limitBody(bodyBytes))
  const os = createImplementer()
  const router = {
    documents: documentRoutes(os.documents, { ...host, beyond }),
    reviews: reviewRoutes(os.reviews, host),
    evaluations: evaluationRoutes(os.evaluations, host),
    bundles: bundleRoutes(os.bundles, host),
    gates: gateRoutes(os.gates, { ...host, beyond }),
    changes: changeRoutes(os.changes, beyond),
    notifications: notificationRoutes(os.notifications, host),
    datasets: {
      ...ownerRoutes(os.datasets, host),
      ...datasetRoutes(os.datasets, { ...host, beyond }),
      ...exampleRoutes(os.datasets, host),
      ...proposalRoutes(os.datasets, { ...host, beyond }),
      ...documentExampleRoutes(os.datasets, host),
      ...measureRoutes(os.datasets, { ...host, beyond }),
    },
    labelSets: labelSetRoutes(os.labelSets, host),
    flows: {
      ...flowRoutes(os.flows, host),
      ...draftRoutes(os.flows, host),
      ...referenceRoutes(os.flows, beyond),
    },
    people: { ...peopleRoutes(os.people, { ...host, beyond }), ...apiKeyRoutes(os.people, host) },
    environments: environmentRoutes(os.environments, host, askItself(createApp, beyond)),
    operations: {
      ...operationRoutes(os.operations, host),
      ...auditRoutes(os.operations, host),
    },
  }
  const handle = createApiHandler(router)
  app.all('/api/*', async (c) => {
    const context = c.get('context')
    if (context === null) return c.json(notFound, 404)
    const answer = await handle(c.req.raw, context, (error) => c.set('failure', { error }))
    return answer ?? c.json(notFound, 404)
  })
}
