import 'uplot/dist/uPlot.min.css'
import { Table, useComputedColorScheme } from '@mantine/core'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { EvaluationEntry } from '../../../src/schema/api/evaluations.ts'
import { metrics } from '../../../src/schema/figure-words.ts'
import { Figure } from '../../components/figures.tsx'
import { PageSection, Quiet } from '../../components/page.tsx'
import { ScrollTable } from '../../components/scroll-table.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { When } from '../../components/when.tsx'
import { shortHash } from '../../components/short-hash.ts'
import classes from './evaluations.module.css'
import {
  type Comparable,
  comparableGroups,
  historySeries,
  type MetricName,
} from './history-series.ts'

/** How each agent fared over the versions that were measured on the same documents. */
export function History({ evaluations }: { evaluations: EvaluationEntry[] }) {
  const groups = useMemo(() => comparableGroups(evaluations), [evaluations])
  const [chosen, setChosen] = useState('')
  const [metric, setMetric] = useState<MetricName>('f05')
  const group = groups.find(({ key }) => key === chosen) ?? groups[0]
  return (
    <PageSection title="Over the versions">
      {group === undefined ? (
        <Quiet>With two evaluations of the same dataset a plot of each agent stands here.</Quiet>
      ) : (
        <>
          <div className={classes.filters}>
            <SelectField
              label="Of dataset"
              value={group.key}
              onChange={setChosen}
              data={groups.map((one) => ({
                value: one.key,
                label: `${one.dataset} (${one.evaluations.length} evaluations)`,
              }))}
            />
            <SelectField
              label="Figure"
              value={metric}
              onChange={setMetric}
              data={metrics.map(({ key, name }) => ({ value: key, label: name }))}
            />
          </div>
          <Plot group={group} metric={metric} />
        </>
      )}
    </PageSection>
  )
}

function Plot({ group, metric }: { group: Comparable; metric: MetricName }) {
  const box = useRef<HTMLDivElement>(null)
  const scheme = useComputedColorScheme()
  const [isFailed, setFailed] = useState(false)
  const series = useMemo(() => historySeries(group, metric), [group, metric])
  useEffect(() => {
    const gone = new AbortController()
    // Loaded here, because it throws where the browser's language is none: then the numbers stay.
    import('./draw-history.ts').then(
      ({ drawHistory }) => {
        if (box.current === null || gone.signal.aborted) return
        const plot = drawHistory(box.current, series)
        gone.signal.addEventListener('abort', () => plot.destroy())
      },
      () => setFailed(true),
    )
    return () => gone.abort()
    // Colours are read when it is drawn.
  }, [series, scheme])
  return (
    <>
      {isFailed && <Quiet>This browser cannot draw the plot; its numbers are below.</Quiet>}
      <ul className={classes.legend} aria-hidden="true" hidden={isFailed}>
        {series.map(({ name }, index) => (
          <li key={name} data-colour={index % 8}>
            {name}
          </li>
        ))}
      </ul>
      <div
        ref={box}
        hidden={isFailed}
        className={classes.plot}
        role="img"
        aria-label="A plot of the table that follows, with 95 % intervals"
      />
      <details open={isFailed} className={classes.numbers}>
        <summary>The numbers of the plot</summary>
        <ScrollTable name="Numbers of the plot" verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Evaluation</Table.Th>
              {series.map(({ name }) => (
                <Table.Th key={name}>{name}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {group.evaluations.map((evaluation, row) => (
              <Table.Tr key={evaluation.id}>
                <Table.Th scope="row">
                  <When at={evaluation.startedAt} /> ·{' '}
                  <span className={classes.version}>{shortHash(evaluation.flow.version)}</span>
                </Table.Th>
                {series.map(({ name, points }) => (
                  <Table.Td key={name}>
                    <Figure rate={points[row]?.rate ?? { value: null, lower: null, upper: null }} />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </ScrollTable>
      </details>
    </>
  )
}
