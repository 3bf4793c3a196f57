import { UserFacingError } from '../lib/errors.ts'
import type { Span } from '../lib/span.ts'
import type { ModelHost } from '../model/model-host.ts'
import type { RunPlace } from '../model/ordered-turns.ts'
import type { Paragraph, ReviewDocument } from '../schema/document.ts'
import type { Finding } from '../schema/issue.ts'
import type { LoadedAgent } from './agent.ts'
import type { RuleEngines } from './rule-engines.ts'
import { runLlmAgent } from './run-llm-agent.ts'
import { runRulesAgent } from './run-rules-agent.ts'

/** What agents need from the host. */
export type AgentHost = {
  rules: RuleEngines
  /** Only agents that are prompts need it; those are not loaded without. */
  models?: Pick<ModelHost, 'ask'>
  /** Tells equal runs over a document apart, from 0. */
  repeat?: number
  /** What is earlier in the run is asked first; left out, it counts as the beginning. */
  place?: RunPlace
  /** Of the agent on these paragraphs; its requests to models are spans below it. */
  span?: Span
  signal?: AbortSignal
}

/**
 * What one agent finds in some paragraphs of a document.
 * @returns `leftOut`: issues that it found beyond what a chunk may have
 */
export async function runAgent(
  agent: LoadedAgent,
  { document, paragraphs }: { document: ReviewDocument; paragraphs: Paragraph[] },
  { rules, models, repeat = 0, place, span, signal }: AgentHost,
): Promise<{ findings: Finding[]; leftOut: number }> {
  signal?.throwIfAborted()
  switch (agent.engine) {
    case 'rules': {
      const context = { document, paragraphs }
      return { findings: await runRulesAgent(agent, context, { rules, signal }), leftOut: 0 }
    }
    case 'llm':
      if (models === undefined) {
        throw new UserFacingError('model-not-connected', `${agent.name} has no model to ask.`)
      }
      return runLlmAgent(agent, paragraphs, {
        models,
        document: document.sha256,
        repeat,
        place,
        span,
        signal,
      })
  }
}

/** Why an agent has nothing to say on a document; null when it may. A language unknown is none. */
export function languageGap(
  { languages }: LoadedAgent,
  { language }: Pick<ReviewDocument, 'language'>,
): string | null {
  if (languages === null || language === null || languages.includes(language)) return null
  const known = languages.map(languageName).join(', ')
  return `it knows ${known} and the document is in ${languageName(language)}`
}

const languageNames = new Intl.DisplayNames(['en'], { type: 'language' })

/** A code that nobody has named stays as it is. */
function languageName(code: string): string {
  return languageNames.of(code) ?? code
}
