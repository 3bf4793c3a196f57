import { Group, Select, Table, Text } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { AuthorGate, GateBudget } from '../../../src/schema/api/gates.ts'
import { api, sentenceOf } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Failure } from '../../components/failure.tsx'
import { PageSection, Quiet } from '../../components/page.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import { ScrollTable } from '../../components/scroll-table.tsx'
import { ShowMore } from '../../components/show-more.tsx'
import { useMe } from '../../components/use-me.ts'
import { When } from '../../components/when.tsx'
import {
  causeInWords,
  demoInWords,
  modelsInWords,
  secondsInWords,
} from '../../components/gate/gate-words.ts'
import { budgetOptions } from './compared-with.ts'
import { lookEvery } from './use-gate.ts'
import { VersionAsked } from './version-asked.tsx'

const isWaiting = ({ state }: AuthorGate): boolean => state === 'waiting'
const inUse = 'flow in use'

/** What one asked, and what one may still ask. */
export function OwnGates({ isUnset }: { isUnset: boolean }) {
  const budget = useQuery(budgetOptions())
  const mine = useInfiniteQuery(
    api.gates.mine.infiniteOptions({
      input: (after: string | undefined) => ({ after, limit: 50 }),
      initialPageParam: undefined,
      getNextPageParam: ({ next }) => next ?? undefined,
      refetchInterval: ({ state }) =>
        state.data?.pages.some(({ items }) => items.some(isWaiting)) ? lookEvery : false,
    }),
  )
  const items = mine.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <>
      {!isUnset && (
        <PageSection title="Ask the gate">
          <Quiet>
            Whether a version may replace the one in production is measured on examples that you do
            not see. You are told whether it passed, at a time that is known when you ask, and
            nothing else.
          </Quiet>
          <ListPending what="your budget" query={budget} />
          {budget.data !== undefined && <Ask budget={budget.data} />}
        </PageSection>
      )}
      <PageSection title="What you asked">
        <ListPending what="what you asked" query={mine} />
        {mine.data !== undefined && items.length === 0 && (
          <Quiet>Nothing yet. Answers are kept here.</Quiet>
        )}
        {items.length > 0 && <OwnTable items={items} />}
        <ShowMore query={mine} label="Older answers" />
      </PageSection>
    </>
  )
}

function Ask({ budget }: { budget: GateBudget }) {
  const { own, all, left, baseline, answerEverySeconds, demo, environment } = budget
  const { soloMode } = useMe()
  const [chosen, choose] = useState(inUse)
  const bundles = useQuery(api.bundles.list.queryOptions())
  const queries = useQueryClient()
  const start = useMutation(
    api.gates.start.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.gates.key() }),
    }),
  )
  const sent = (bundles.data?.items ?? []).map(({ sha256, name }) => {
    return { value: sha256, label: `${name} (${sha256.slice(0, 12)})` }
  })
  const candidate = chosen === inUse ? {} : { bundle: chosen }
  return (
    <>
      <Text size="sm" mb={6}>
        On this test set you have had {own.used} of {own.limit}, and all together {all.used} of{' '}
        {all.limit}: <strong>{left} left for you</strong>. What was answered before costs nothing.
      </Text>
      {baseline === null && (
        <Quiet>
          No version is marked as in production yet. A custodian marks it on the page of the dataset
          on which the gate measures.
        </Quiet>
      )}
      <Group gap="xs" align="flex-end" mb={6}>
        <Select
          label="Version"
          size="xs"
          w={280}
          data={[{ value: inUse, label: 'The flow in use' }, ...sent]}
          value={chosen}
          onChange={(value) => choose(value ?? inUse)}
          allowDeselect={false}
        />
        <Button
          size="xs"
          variant="default"
          loading={start.isPending}
          disabled={baseline === null}
          onClick={() => start.mutate(candidate)}
        >
          {left === 0
            ? 'Ask: none is left for what was not answered yet'
            : `Ask, for one of your ${left}`}
        </Button>
      </Group>
      {demo && <Quiet>{demoInWords}</Quiet>}
      <Quiet>Models: {modelsInWords(environment)}.</Quiet>
      <Quiet>
        {soloMode
          ? 'You are answered as soon as it is judged: nobody else is here from whom that would tell something.'
          : `You are answered ${secondsInWords(answerEverySeconds)} after you asked, or after the gate that was asked before.`}
      </Quiet>
      {start.error !== null && <Failure sentence={sentenceOf(start.error)} />}
    </>
  )
}

function OwnTable({ items }: { items: AuthorGate[] }) {
  return (
    <ScrollTable name="What you asked the gate" miw={520}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Asked</Table.Th>
          <Table.Th>Answer</Table.Th>
          <Table.Th>Version</Table.Th>
          <Table.Th>Compared with</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((gate) => (
          <Table.Tr key={gate.id}>
            <Table.Td>
              <When at={gate.startedAt} />
            </Table.Td>
            <Table.Td>
              <Answer gate={gate} />
            </Table.Td>
            <Table.Td>
              <VersionAsked gate={gate} />
            </Table.Td>
            <Table.Td>
              <code title={gate.baseline}>{gate.baseline.slice(0, 12)}</code>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </ScrollTable>
  )
}

function Answer({ gate: { passed, cause, answerAt, demo, solo } }: { gate: AuthorGate }) {
  if (passed === null) {
    return (
      <span role="status">
        waits until <When at={answerAt} />
      </span>
    )
  }
  return (
    <>
      <strong>{passed ? 'passed' : `not passed: ${causeInWords(cause)}`}</strong>
      {demo && ', demo mode'}
      {solo && ', solo mode'}
    </>
  )
}
