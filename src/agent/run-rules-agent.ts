import { setImmediate } from 'node:timers/promises'
import type { Paragraph, ReviewDocument } from '../schema/document.ts'
import type { Finding } from '../schema/issue.ts'
import type { GrammarFinding } from './grammar-filter.ts'
import type { RulesAgent } from './agent.ts'
import type { PhraseMatch, PhraseMatcher } from './phrase-rules.ts'
import type { RuleEngines } from './rule-engines.ts'
import { sentenceAt, splitSentences } from './sentences.ts'

/** A slip is worth a reviewer's look, and seldom more. */
const grammarScore = 6

/** What an agent's phrases and the grammar checker find in some paragraphs of a document. */
export async function runRulesAgent(
  agent: RulesAgent,
  { document, paragraphs }: { document: ReviewDocument; paragraphs: Paragraph[] },
  { rules, signal }: { rules: RuleEngines; signal?: AbortSignal },
): Promise<Finding[]> {
  const body = paragraphs.filter(({ role }) => role === 'body')
  const phrases = agent.phrases ? await phraseFindings(agent.phrases, body, signal) : []
  const grammar = agent.grammar ? await grammarFindings(agent.grammar, document, rules) : []
  signal?.throwIfAborted()
  const inChunk = new Map(body.map((paragraph) => [paragraph.index, paragraph]))
  const mistakes = grammar.flatMap((finding) => {
    const paragraph = inChunk.get(finding.paragraph)
    return paragraph ? [fromGrammar(finding, paragraph)] : []
  })
  return [...phrases, ...mistakes].filter(({ score }) => (score ?? 10) >= agent.minScore)
}

/** Others get a turn after each paragraph: a server answers people meanwhile. */
async function phraseFindings(
  match: PhraseMatcher,
  paragraphs: Paragraph[],
  signal?: AbortSignal,
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const paragraph of paragraphs) {
    findings.push(...match(paragraph.text).map((found) => fromPhrase(found, paragraph)))
    await setImmediate()
    signal?.throwIfAborted()
  }
  return findings
}

async function grammarFindings(
  { mute }: { mute: Set<string> },
  document: ReviewDocument,
  rules: RuleEngines,
): Promise<GrammarFinding[]> {
  return (await rules.grammar(document)).filter(({ rule }) => !mute.has(rule))
}

function fromPhrase(
  { rule, start, end, sentence, fix }: PhraseMatch,
  paragraph: Paragraph,
): Finding {
  return {
    paragraph: paragraph.index,
    start,
    end,
    text: paragraph.text.slice(start, end),
    sourceSentence: sentence,
    explanation: rule.explanation,
    suggestedFix: fix,
    score: rule.score,
  }
}

function fromGrammar(finding: GrammarFinding, paragraph: Paragraph): Finding {
  const { start, end, text, message, fix } = finding
  return {
    paragraph: paragraph.index,
    start,
    end,
    text,
    sourceSentence: sentenceAt(splitSentences(paragraph.text), start, paragraph.text).text,
    explanation: message,
    suggestedFix: fix,
    score: grammarScore,
  }
}
