import { z } from 'zod'
import { EnvironmentName } from '../environment.ts'
import { Walls } from '../gate-settings.ts'
import { GateCall } from '../stored-gate-call.ts'
import { GateCause, GateVerdict } from '../stored-gate.ts'
import { Instant, PersonName, Sha256 } from '../workplace.ts'
import { AfterCalls, AskedRun, NextCalls } from './asked-calls.ts'
import { ReferenceMeasures } from './dataset-references.ts'
import { AgentFigures, EvaluationComparison } from './evaluations.ts'
import { page, PageInput, procedure } from './procedure.ts'

/** All that the author of a change is told: it is the same for what is worse and for what cannot be told. */
export const AuthorGate = z.object({
  id: z.string(),
  flow: z.string(),
  /** Versions of the flow. */
  candidate: z.string(),
  baseline: z.string(),
  startedAt: Instant,
  state: z.enum(['waiting', 'answered']),
  /** Null until it is answered. */
  passed: z.boolean().nullable(),
  cause: GateCause.nullable(),
  /** When it was answered, or will be: known from the question on. */
  answerAt: Instant,
  /** Whether it is the one more look, pooled with the first. */
  again: z.boolean(),
  /** Whether it was asked in demo mode, in which any walls are enough; as its receipt says. */
  demo: z.boolean(),
  /** Whether one person held two roles when it was asked; as its receipt says. */
  solo: z.boolean(),
  /** Signed; null until it is answered. */
  receipt: z.string().nullable(),
})
export type AuthorGate = z.infer<typeof AuthorGate>

const Used = z.object({ used: z.int().nonnegative(), limit: z.int().nonnegative() })

export const GateBudget = z.object({
  own: Used,
  all: Used,
  /** How many you may still ask for. */
  left: z.int().nonnegative(),
  /** Seconds from the question to the answer, or from the answer before it. */
  answerEverySeconds: z.number().positive(),
  /** The version in production, with which a change is compared; null: none is marked. */
  baseline: z.string().nullable(),
  /** Whether the server is in demo mode: any walls are enough. */
  demo: z.boolean(),
  /** Of the server, whose models gates ask; null: it has none for gates, and each version asks its own. */
  environment: EnvironmentName.nullable(),
})
export type GateBudget = z.infer<typeof GateBudget>

export const GateEntry = z.object({
  id: z.string(),
  flow: z.string(),
  candidate: z.string(),
  baseline: z.string(),
  anchor: z.string().nullable(),
  dataset: z.string(),
  author: PersonName,
  startedAt: Instant,
  endedAt: Instant.nullable(),
  state: z.enum(['running', 'done']),
  verdict: GateVerdict.nullable(),
  cause: GateCause.nullable(),
  again: z.boolean(),
  solo: z.boolean(),
  walls: Walls,
  /** Whether it was asked in demo mode, in which any walls are enough. */
  demo: z.boolean(),
  /** Its number in the budget of the test set; null when it cost nothing. */
  budgetEntry: z.int().positive().nullable(),
  /**
   * Whether hidden examples stand in prompts, rules or code of the candidate: then what was measured says
   * little. It decides nothing; which ones they are, the check of the dataset tells custodians.
   */
  holdsHiddenText: z.boolean(),
})
export type GateEntry = z.infer<typeof GateEntry>

/** Figures of one version; null for a kind of issue with so few that they could tell of examples. */
export const GateSide = z.object({
  /** Of the kinds that are compared. */
  pooled: AgentFigures,
  agents: z.record(z.string(), AgentFigures.nullable()),
})
export type GateSide = z.infer<typeof GateSide>

export const AuditEntry = z.object({
  gate: z.string(),
  requestedBy: PersonName,
  startedAt: Instant,
  endedAt: Instant.nullable(),
  state: z.enum(['running', 'failed', 'done']),
  /** Null until it is done. */
  passed: z.boolean().nullable(),
  /** Why it failed: a stable code. */
  fault: z.string().nullable(),
  margin: z.number(),
  /** What kept its flows apart; null until it is done, and of those that did not keep it. */
  walls: Walls.nullable(),
  delta: z.number().nullable(),
  se: z.number().nullable(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

export const GateReport = z.object({
  gate: GateEntry,
  /** Number of the change that asked it, where the server looks at a repository and you may see changes; else null. */
  change: z.int().positive().nullable(),
  /** What the three verdicts mean. */
  meaning: z.string(),
  /** Null where nothing was measured: then the reasons say why. */
  comparison: EvaluationComparison.nullable(),
  sides: z
    .object({ candidate: GateSide, baseline: GateSide, anchor: GateSide.nullable() })
    .nullable(),
  reasons: z.array(z.string()),
  repeats: z.int().positive(),
  /** Largest share of documents of one run that failed by a fault that is not the flow's. */
  hostFaults: z.number().nullable(),
  /** For custodians; null for others, and when there was none. */
  audit: AuditEntry.nullable(),
  /** Whether an approver has let it in where it could not be told, in a word that the server has signed; null for others. */
  overridden: z.boolean().nullable(),
  /** Whether the version may be deployed, as far as its gate, an override and its audit say; null for others. */
  deployable: z.boolean().nullable(),
  receipt: z.string().nullable(),
  /** Of the server, whose models gates ask now; null: each version asks its own. */
  environment: EnvironmentName.nullable(),
})
export type GateReport = z.infer<typeof GateReport>

/** What one version found in one document: by kind of issue, means over its runs. */
const GateDocumentSide = z.object({
  /** Kinds of which nothing was found nor missed are left out. */
  agents: z.record(z.string(), z.object({ tp: z.number(), fp: z.number(), fn: z.number() })),
  /** Runs over it that failed, whose issues count as missed. */
  failed: z.int().nonnegative(),
  runs: z.int().positive(),
})
export type GateDocumentSide = z.infer<typeof GateDocumentSide>

const GatedSplit = z.enum(['test', 'audit'])

export const GateDocuments = z.object({
  split: GatedSplit,
  dataset: z.string(),
  /** Of the dataset, where its examples are as they were measured; null: the split is another one by now. */
  version: z.string().nullable(),
  /** Empty where nothing was measured. */
  items: z.array(
    z.object({
      /** Of the example. */
      id: z.string(),
      candidate: GateDocumentSide,
      baseline: GateDocumentSide.nullable(),
      anchor: GateDocumentSide.nullable(),
    }),
  ),
})
export type GateDocuments = z.infer<typeof GateDocuments>

/** On `evaluation` a candidate is tried first. */
const AskedSplit = z.enum(['test', 'audit', 'evaluation'])

const GateSideName = z.enum(['candidate', 'baseline', 'anchor'])

/** What one version asked of models in one run over one document. */
export const GateCalls = z.object({
  split: AskedSplit,
  dataset: z.string(),
  /** Id of the example. */
  document: z.string(),
  side: GateSideName,
  /** Of the flow. */
  version: z.string(),
  /** From 1, of so many. */
  run: z.int().positive(),
  runs: z.int().positive(),
  /** In the order in which it asked; empty where it asked none, and of what is not kept (any more). */
  items: z.array(GateCall),
  next: NextCalls,
})
export type GateCalls = z.infer<typeof GateCalls>

/** Where a gate asked models, whatever it ended with. */
export const GateAsked = z.object({
  split: AskedSplit,
  dataset: z.string(),
  /** What asked none is left out, and what is not kept (any more). */
  items: z.array(AskedRun.extend({ side: GateSideName })),
})
export type GateAsked = z.infer<typeof GateAsked>

const ById = z.object({ gate: z.string() })

export const gates = {
  budget: procedure('gates:run')
    .route({ method: 'GET', path: '/gates/budget', summary: 'What you may still ask of the gate' })
    .output(GateBudget),
  start: procedure('gates:run')
    .route({
      method: 'POST',
      path: '/gates',
      summary: 'Ask whether a version may replace the one in production',
      description:
        'The answer is one bit, at a time that is known when it is asked. It costs one of your budget, unless the same was answered before: whatever that was, equal content has one answer.',
      successStatus: 201,
    })
    .input(
      z.object({
        /** A version; left out, what is in the flow's folder now. */
        flow: z.string().optional(),
        /** Instead of a version: one of your bundles. */
        bundle: Sha256.optional(),
        /** What you take to be in production, or the beginning of its hash: refused when it is not. */
        baseline: z.string().optional(),
        /** The one whose models are asked: refused when it is another one. */
        environment: z.string().optional(),
        /** One more look at what was not passed, pooled with the first. */
        again: z.boolean().default(false),
      }),
    )
    .output(AuthorGate),
  mine: procedure('gates:run')
    .route({ method: 'GET', path: '/gates/mine', summary: 'What you asked the gate, newest first' })
    .input(PageInput)
    .output(page(AuthorGate)),
  answer: procedure('gates:run')
    .route({ method: 'GET', path: '/gates/{gate}/answer', summary: 'What it answers you' })
    .input(ById)
    .output(AuthorGate),
  key: procedure('signed-in')
    .route({
      method: 'GET',
      path: '/gates/key',
      summary: 'The public key with which receipts are checked',
    })
    .output(z.object({ publicKey: z.string() })),
  list: procedure('gates:read')
    .route({ method: 'GET', path: '/gates', summary: 'Gates with their verdicts, newest first' })
    .input(PageInput)
    .output(page(GateEntry)),
  get: procedure('gates:read')
    .route({
      method: 'GET',
      path: '/gates/{gate}',
      summary: 'Verdict, reasons and figures of one gate',
      description:
        'For custodians and approvers who neither asked about the version, nor proposed it or wrote commits of it, nor write prompts. The audit log knows of each look.',
    })
    .input(ById)
    .output(GateReport),
  documents: procedure('gates:write')
    .route({
      method: 'GET',
      path: '/gates/{gate}/documents',
      summary: 'What each version found in each hidden document, for custodians',
      description:
        'Counts by kind of issue, means over the runs; of `audit` where the change was looked at there. The audit log knows of each look.',
    })
    .input(ById.extend({ split: GatedSplit.default('test') }))
    .output(GateDocuments),
  calls: procedure('gates:write')
    .route({
      method: 'GET',
      path: '/gates/{gate}/calls',
      summary: 'What a version asked of models about one hidden document, for custodians',
      description:
        'Prompts and answers of one run, those that could not be used among them. They are kept as long as answers of models are. The audit log knows of each look, and at which document.',
    })
    .input(
      ById.extend({
        /** Id of the example. */
        document: z.string(),
        side: GateSideName.default('candidate'),
        run: z.coerce.number().int().positive().default(1),
        split: AskedSplit.default('test'),
        after: AfterCalls,
      }),
    )
    .output(GateCalls),
  asked: procedure('gates:write')
    .route({
      method: 'GET',
      path: '/gates/{gate}/asked',
      summary: 'About which documents a gate asked models, and how often, for custodians',
      description:
        'Also of a gate that ended without a verdict, or has not ended; of `evaluation`, on which a candidate is tried first, too. The audit log knows of each look.',
    })
    .input(ById.extend({ split: AskedSplit.default('test') }))
    .output(GateAsked),
  references: procedure('gates:read')
    .route({
      method: 'GET',
      path: '/gates/references',
      summary: 'How baseline and anchor measure on the `test` that gates decide on',
      description:
        'As for one dataset, without its name. The audit log knows of each look at figures.',
    })
    .output(ReferenceMeasures),
  again: procedure('gates:write')
    .route({
      method: 'POST',
      path: '/gates/{gate}/again',
      summary: 'Have measured again what was told as quality without a verdict',
      description:
        'For its author, and free of their budget. What has a verdict is not measured again.',
      successStatus: 201,
    })
    .input(ById)
    .output(GateEntry),
  audit: procedure('gates:write')
    .route({
      method: 'POST',
      path: '/gates/{gate}/audit',
      summary: 'Look at the split audit, once, when a change is merged',
      description: 'What ended without a result begins again.',
    })
    .input(ById)
    .output(AuditEntry),
  audits: procedure('gates:write')
    .route({
      method: 'GET',
      path: '/gates/audits',
      summary:
        'Audits of changes, whether the test set is worn out, and whether gates have enough time',
    })
    .output(
      z.object({
        /** Newest first. */
        items: z.array(AuditEntry),
        /** Over merges on the newest test set; above 2, rotate it. */
        overfit: z.object({
          merges: z.int().nonnegative(),
          z: z.number().nullable(),
          rotate: z.boolean(),
        }),
        /** How much of the time that a gate has the last ones took. */
        slots: z.object({
          /** Of the one that took most of it; null where none was measured. */
          longest: z.object({ seconds: z.int(), share: z.number() }).nullable(),
          /** More than half: set gate.answerEverySeconds higher. */
          isTight: z.boolean(),
        }),
      }),
    ),
}
