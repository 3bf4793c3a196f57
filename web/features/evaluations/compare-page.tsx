import { Button, Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { EvaluationComparison } from '../../../src/schema/api/evaluations.ts'
import { decimal, points, probability, signedPoints } from '../../../src/schema/figure-words.ts'
import { api, sentenceOf } from '../../api.ts'
import { Page, PageSection, Quiet } from '../../components/page.tsx'
import { PageFailure, PageLoading } from '../../components/page-states.tsx'
import { ScrollTable } from '../../components/scroll-table.tsx'
import { shortHash } from '../../components/short-hash.ts'
import { VerdictBox } from '../../components/verdict-box.tsx'
import report from '../../components/evaluation/evaluation.module.css'
import classes from './evaluations.module.css'
import { EvaluationState } from './evaluation-state.tsx'
import { useEvaluation } from './use-evaluation.ts'

/** Whether a candidate may replace a baseline; waits while one of them runs. */
export function ComparePage() {
  const { baseline, candidate } = useSearch({ from: '/shell/evaluations/compare' })
  const one = useEvaluation(baseline)
  const other = useEvaluation(candidate)
  const ended = [one, other].every(({ data }) => data !== undefined && data.finishedAt !== null)
  const { data, error } = useQuery(
    api.evaluations.compare.queryOptions({ input: { baseline, candidate }, enabled: ended }),
  )
  const problem = error ?? one.error ?? other.error
  return (
    <Page
      name="Comparison"
      back={{ to: '/evaluations', label: 'All evaluations' }}
      actions={<Swap baseline={baseline} candidate={candidate} />}
    >
      <ScrollTable name="What is compared" maw={900}>
        <Table.Tbody>
          <Side name="Baseline" query={one} />
          <Side name="Candidate" query={other} />
        </Table.Tbody>
      </ScrollTable>
      {problem !== null && (
        <PageFailure title="They cannot be compared" sentence={sentenceOf(problem)} />
      )}
      {data === undefined && problem === null && (
        <PageLoading words={ended ? 'Comparing' : 'Waiting until both are done'} />
      )}
      {data !== undefined && <Verdict comparison={data} />}
    </Page>
  )
}

/** Which of the two is in use is not always the older one. */
function Swap({ baseline, candidate }: { baseline: string; candidate: string }) {
  const navigate = useNavigate()
  const search = { baseline: candidate, candidate: baseline }
  return (
    <Button
      size="compact-sm"
      variant="default"
      onClick={() => void navigate({ to: '/evaluations/compare', search })}
    >
      Swap the two
    </Button>
  )
}

function Side({ name, query }: { name: string; query: ReturnType<typeof useEvaluation> }) {
  const { data } = query
  return (
    <Table.Tr>
      <Table.Th scope="row">{name}</Table.Th>
      {data !== undefined && (
        <>
          <Table.Td>
            <Link to="/evaluations/$evaluation" params={{ evaluation: data.id }}>
              {new Date(data.startedAt).toLocaleString()}
            </Link>
          </Table.Td>
          <Table.Td className={classes.name}>{data.dataset}</Table.Td>
          <Table.Td>
            <code title={data.flow.version}>{shortHash(data.flow.version)}</code>
          </Table.Td>
          <Table.Td miw={140}>
            <EvaluationState evaluation={data} />
          </Table.Td>
        </>
      )}
    </Table.Tr>
  )
}

function Verdict({ comparison }: { comparison: EvaluationComparison }) {
  const { verdict, sentence, reasonsInWords, pooled, documents } = comparison
  return (
    <>
      <VerdictBox verdict={verdict} reasons={reasonsInWords}>
        <p>
          <strong>{sentence}</strong>
        </p>
      </VerdictBox>
      {pooled !== null && (
        <Quiet>
          Pooled F0.5 from {decimal(pooled.base)} to {decimal(pooled.cand)}:{' '}
          {signedPoints(pooled.delta)} points [{signedPoints(pooled.lower95)} at 95 %,{' '}
          {signedPoints(pooled.upper975)} at 97.5 %] on {documents} documents
        </Quiet>
      )}
      <Agents comparison={comparison} />
      <Plan comparison={comparison} />
    </>
  )
}

function Agents({ comparison }: { comparison: EvaluationComparison }) {
  const header = ['Agent', 'Baseline', 'Candidate', 'Points', 'Standard error', 'p worse', 'Issues']
  return (
    <PageSection title="Agents, F0.5">
      <ScrollTable name="Agents compared" miw={620}>
        <Table.Thead>
          <Table.Tr>
            {header.map((name, column) => (
              <Table.Th key={name} data-number={column > 0 || undefined}>
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {Object.entries(comparison.agents).map(([name, agent]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">
                <bdi>{name}</bdi>
              </Table.Th>
              {(agent.status === 'NOT_MEASURED'
                ? ['–', '–', 'not measured', '', '', '']
                : [
                    decimal(agent.base ?? null),
                    decimal(agent.cand ?? null),
                    signedPoints(agent.delta),
                    points(agent.se),
                    probability(agent.pHolm),
                    String(Math.round(agent.issues)),
                  ]
              ).map((text, column) => (
                <Table.Td key={column} data-number>
                  {text}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </ScrollTable>
    </PageSection>
  )
}

/** What would tell more. */
function Plan({ comparison }: { comparison: EvaluationComparison }) {
  const { documents, documentsNeeded, minimumDetectableEffect, noise } = comparison
  return (
    <ul className={report.notes}>
      {documentsNeeded !== null && documentsNeeded > 0 && (
        <li>
          Documents for a harmless change to pass 8 times in 10: {documentsNeeded} (here {documents}
          ).
        </li>
      )}
      {minimumDetectableEffect !== null && (
        <li>
          A pooled change below {points(minimumDetectableEffect)} points is invisible on these
          documents.
        </li>
      )}
      <li>
        {noise === null
          ? 'Noise between runs cannot be told; it needs the same number of repeats, at least 2, in both.'
          : `Noise floor: two runs of the same thing differ by up to ${points(noise.floor)} points with ${noise.repeats} repeats.`}
      </li>
    </ul>
  )
}
