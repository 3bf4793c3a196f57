import { Button, CloseButton, Group, Popover, Slider, Text } from '@mantine/core'
import { count } from '../../../src/schema/figure-words.ts'
import { SelectField } from '../../components/select-field.tsx'
import { TextField } from '../../components/text-field.tsx'
import { countFilters, everything, isFiltered, type IssueFilter } from './filter-issues.ts'
import classes from './review-page.module.css'
import { tallyOf } from './review-state.ts'
import type { Workplace } from './use-workplace.ts'

type Props = { work: Workplace; field: React.RefObject<HTMLInputElement | null> }

export function IssueFilters({ work, field }: Props) {
  const { filter, setFilter, issues, all } = work
  const filters = countFilters(filter)
  return (
    <div className={classes.filters}>
      <Group gap={6} wrap="nowrap">
        <TextField
          ref={field}
          flex={1}
          aria-label="Filter issues by words"
          aria-keyshortcuts="/"
          placeholder="Filter by words  /"
          value={filter.text}
          onChange={(text) => setFilter({ ...filter, text })}
          onKeyDown={({ key }) => key === 'Enter' && work.step(0)}
          rightSection={
            filter.text !== '' && (
              <CloseButton
                size="xs"
                aria-label="Clear"
                onClick={() => setFilter({ ...filter, text: '' })}
              />
            )
          }
        />
        <Popover position="bottom-end" width={260} trapFocus withinPortal>
          <Popover.Target>
            <Button size="xs" variant={filters > 0 ? 'light' : 'default'} px={10}>
              {filters > 0 ? `Filters: ${filters}` : 'Filters'}
            </Button>
          </Popover.Target>
          <Popover.Dropdown aria-label="Filters">
            <FilterFields work={work} />
          </Popover.Dropdown>
        </Popover>
      </Group>
      <Text size="xs" className={classes.shown} aria-live="polite">
        {isFiltered(filter)
          ? `${issues.length} of ${count(all.length, 'issue')} shown`
          : count(all.length, 'issue')}
      </Text>
    </div>
  )
}

const allStatuses = ['open', 'accepted', 'edited', 'dismissed', 'disputed'] as const

function FilterFields({ work }: { work: Workplace }) {
  const { filter, setFilter, all } = work
  const set = (change: Partial<IssueFilter>): void => setFilter({ ...filter, ...change })
  const tally = tallyOf(all)
  const statuses = allStatuses.map((status) => ({
    value: status,
    label: `${status} (${tally[status]})`,
  }))
  return (
    <>
      <SelectField
        label="Status"
        data-autofocus
        value={filter.status ?? ''}
        onChange={(status) => set({ status: status === '' ? null : status })}
        data={[{ value: '', label: 'all' } as const, ...statuses]}
      />
      <SelectField
        mt={6}
        label="Type"
        value={filter.type ?? ''}
        onChange={(value) => set({ type: value || null })}
        data={choices(all.map(({ issue }) => issue.type))}
      />
      <SelectField
        mt={6}
        label="Agent"
        value={filter.agent ?? ''}
        onChange={(value) => set({ agent: value || null })}
        data={choices(all.map(({ issue }) => issue.agent))}
      />
      <Text size="xs" fw={500} mt={6} id="least-score">
        Score at least {filter.minScore} of 10
      </Text>
      <Slider
        size="sm"
        min={0}
        max={10}
        label={null}
        thumbLabel="Least score"
        value={filter.minScore}
        onChange={(minScore) => set({ minScore })}
      />
      <Button size="compact-xs" variant="default" mt={10} onClick={() => setFilter(everything)}>
        Show all
      </Button>
    </>
  )
}

function choices(values: string[]): { value: string; label: string }[] {
  const counts = Map.groupBy(values, (value) => value)
  const all = [...counts].toSorted(([a], [b]) => a.localeCompare(b))
  return [
    { value: '', label: 'all' },
    ...all.map(([value, { length }]) => ({ value, label: `${value} (${length})` })),
  ]
}
