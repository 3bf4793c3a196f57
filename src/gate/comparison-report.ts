import { tableWithin } from '../evaluation/report.ts'
import { finite } from '../lib/finite.ts'
import { printable } from '../lib/printable.ts'
import { decimal, points, probability, signedPoints } from '../schema/figure-words.ts'
import type { RunComparison } from './compare-runs.ts'

/** What the verdict means, for the person who decides (measurement: default policy). */
function verdictSentence({ verdict, improved, margin, anchorLower95 }: RunComparison): string {
  const points = signless(margin)
  const anchor = anchorLower95 === null ? '' : ' and below the anchor version'
  switch (verdict) {
    case 'PASS': {
      const better = improved ? ' It is shown to be better than the baseline.' : ''
      return `PASS: we are 95 % sure that overall quality (F0.5) is at most ${points} points below what is in production${anchor}, and no single agent looks broken.${better}`
    }
    case 'FAIL':
      return 'FAIL: we are 97.5 % sure that something got materially worse.'
    case 'CANT_TELL':
      return "CAN'T TELL: neither a harmless change nor a loss is shown; this needs your decision."
  }
}

/** A reason of the verdict in words. */
function reasonInWords(reason: string, comparison: RunComparison): string {
  const [code = reason, ...rest] = reason.split(':')
  const agent = printable(rest.join(':'))
  const { pooled, margin, anchorLower95, documents } = comparison
  const points = signless(margin)
  // Whoever reads it may not be told the figures of every agent.
  const own = comparison.agents[rest.join(':')]
  const sentences: Record<string, string> = {
    POOLED_WORSE: `All agents together are worse: ${signedPoints(pooled?.delta)} points, at best ${signedPoints(pooled?.upper975)}.`,
    AGENT_WORSE: `The agent “${agent}” is worse${own === undefined ? '' : `: ${signedPoints(own.delta)} points (p ${probability(own.pHolm)} after Holm)`}.`,
    AGENT_LOOKS_WORSE: `The agent “${agent}” looks worse${own === undefined ? '' : ` (${signedPoints(own.delta)} points)`}, which is too much to let pass unseen.`,
    TOO_FEW_DOCUMENTS: `${documents} documents are too few for a pass.`,
    POOLED_NOT_SHOWN_NON_INFERIOR: `A loss of more than ${points} points is not excluded: ${lowerBound(pooled?.lower95)}.`,
    ANCHOR_NOT_SHOWN_NON_INFERIOR: `A loss of more than ${points} points against the anchor version is not excluded: ${lowerBound(anchorLower95)}.`,
    RUN_ERRORS: 'More than 2 % of the documents failed in one of the runs: mend that first.',
    NEW_AGENT_BELOW_FLOOR: `The new agent “${agent}” is not shown to be precise enough.`,
    NOTHING_TO_COMPARE: 'One of the runs has neither issues nor detections.',
  }
  return Object.hasOwn(sentences, code) ? (sentences[code] ?? reason) : reason
}

function lowerBound(value: number | null | undefined): string {
  const bound = finite(value)
  return bound === null ? 'there is no lower bound' : `the lower bound is ${signedPoints(bound)}`
}

/** A comparison as data, with what a person reads of it. */
export function comparisonInWords(comparison: RunComparison) {
  const { verdict, improved, reasons, ...figures } = comparison
  return {
    verdict,
    improved,
    sentence: verdictSentence(comparison),
    reasons,
    reasonsInWords: reasons.map((reason) => reasonInWords(reason, comparison)),
    ...figures,
    ...spreadOf(comparison),
  }
}

/** One document tells of no spread: bounds are null then, and standard errors of agents missing. */
function spreadOf({ pooled, agents }: RunComparison) {
  const known = Object.entries(agents).map(([type, { se, ...agent }]) => {
    return [type, finite(se) === null ? agent : { ...agent, se }] as const
  })
  return {
    pooled: pooled && {
      ...pooled,
      se: finite(pooled.se),
      lower95: finite(pooled.lower95),
      upper975: finite(pooled.upper975),
    },
    agents: Object.fromEntries(known),
  }
}

/** A comparison as plain text, for a terminal of `width` columns. */
export function formatComparison(comparison: RunComparison, width = Infinity): string {
  const { pooled, reasons, documents } = comparison
  const lines = [
    verdictSentence(comparison),
    ...reasons.map((r) => `  - ${reasonInWords(r, comparison)}`),
  ]
  if (pooled !== null) {
    lines.push(
      '',
      `Pooled F0.5 ${decimal(pooled.base)} → ${decimal(pooled.cand)}: ${signedPoints(pooled.delta)} points [${signedPoints(pooled.lower95)} at 95 %, ${signedPoints(pooled.upper975)} at 97.5 %] on ${documents} documents`,
    )
  }
  return [...lines, '', agentTable(comparison, width), '', ...planLines(comparison), ''].join('\n')
}

function agentTable({ agents }: RunComparison, width: number): string {
  const rows = Object.entries(agents).map(([type, agent]) => {
    const { base, cand, delta, se, pHolm, issues } = agent
    if (agent.status === 'NOT_MEASURED')
      return [printable(type), '–', '–', 'not measured', '', '', '']
    return [
      printable(type),
      decimal(base ?? null),
      decimal(cand ?? null),
      signedPoints(delta),
      points(se),
      probability(pHolm),
      `${Math.round(issues)}`,
    ]
  })
  const header = ['Agent', 'Baseline', 'Candidate', 'Points', 'SE', 'p worse', 'Issues']
  return tableWithin([header, ...rows], width)
}

function planLines(comparison: RunComparison): string[] {
  const { documentsNeeded, minimumDetectableEffect, noise, documents } = comparison
  const plan =
    documentsNeeded === null || documentsNeeded === 0
      ? []
      : [
          `Documents for a harmless change to pass 8 times in 10: ${documentsNeeded} (here ${documents}).`,
        ]
  const effect =
    minimumDetectableEffect === null
      ? []
      : [
          `A pooled change below ${points(minimumDetectableEffect)} points is invisible on these documents${ofAgents(comparison)}.`,
        ]
  const floor =
    noise === null
      ? 'Noise between runs: cannot be told; it needs the same number of repeats, at least 2, in both runs.'
      : `Noise floor: two runs of the same thing differ by up to ${points(noise.floor)} points with ${noise.repeats} repeats.`
  return [...plan, ...effect, floor]
}

function ofAgents({ agents }: RunComparison): string {
  const effects = Object.values(agents)
    .map((agent) => agent.minimumDetectableEffect)
    .filter((effect) => effect !== null)
  if (effects.length === 0) return ''
  const [least, most] = [points(Math.min(...effects)), points(Math.max(...effects))]
  return `, and a single agent's below ${least === most ? least : `${least} to ${most}`}`
}

function signless(value: number): string {
  return String(Number((100 * value).toFixed(2)))
}
