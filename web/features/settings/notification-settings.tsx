import { Checkbox } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { NotificationChoices } from '../../../src/schema/api/notifications.ts'
import type {
  NotificationChannel,
  NotificationKind,
} from '../../../src/schema/stored-notification.ts'
import { api, sentenceOf } from '../../api.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Failure } from '../../components/failure.tsx'
import { Quiet } from '../../components/page.tsx'
import { OwnAddresses } from './own-addresses.tsx'
import { Section } from './section.tsx'

const kinds: Record<NotificationKind, string> = {
  'approval-waiting': 'A change waits for my approval',
  verdict: 'The gate has answered',
  'changes-requested': 'An approver asks for changes',
  merged: 'A change is merged',
  stopped: 'A change is stopped',
  'budget-low': 'Little or nothing is left of a budget',
}

const channels: Record<NotificationChannel, { label: string; missing: string }> = {
  mail: { label: 'Mail', missing: 'The server sends no mail.' },
  webhook: { label: 'Webhook', missing: 'No operator has set the address of a webhook.' },
  slack: { label: 'Slack', missing: 'No operator has set an address for Slack.' },
}

/** Where one is told what of changes; on the page, always. */
export function NotificationSettings() {
  const query = useQuery(api.notifications.settings.queryOptions())
  const { save, choose } = useChoosing()
  return (
    <div id="notifications">
      <Section
        title="Notifications of changes"
        query={query}
        explanation="All of it stands under the bell at the top of each page, for 90 days. You can be told elsewhere, too."
      >
        {save.error && <Failure sentence={sentenceOf(save.error)} />}
        {query.data !== undefined && (
          <>
            <DataTable
              name="Where I am told what"
              head={['What', ...shown.map((channel) => channels[channel].label)]}
              rows={keysOf(kinds).map((kind) => ({
                key: kind,
                cells: [
                  kinds[kind],
                  ...shown.map((channel) => (
                    <Checkbox
                      key={channel}
                      size="xs"
                      aria-label={`${kinds[kind]}: ${channels[channel].label}`}
                      checked={query.data.choices[kind].includes(channel)}
                      disabled={!query.data.available[channel]}
                      onChange={({ currentTarget: { checked } }) => choose(kind, channel, checked)}
                    />
                  )),
                ],
              }))}
            />
            <Missing available={query.data.available} />
            <OwnAddresses key={JSON.stringify(query.data.own)} {...query.data} />
          </>
        )}
      </Section>
    </div>
  )
}

const shown = keysOf(channels)

function keysOf<K extends string>(record: Record<K, unknown>): K[] {
  return Object.keys(record) as K[]
}

function Missing({ available }: { available: Record<NotificationChannel, boolean> }) {
  const missing = shown.filter((channel) => !available[channel])
  if (missing.length === 0) return null
  return <Quiet>{missing.map((channel) => channels[channel].missing).join(' ')}</Quiet>
}

/** A choice is shown at once, and kept one after the other: whoever ticks fast loses none. */
function useChoosing() {
  const queries = useQueryClient()
  const queryKey = api.notifications.settings.queryKey()
  const save = useMutation(
    api.notifications.setSettings.mutationOptions({
      scope: { id: 'notification-settings' },
      onError: () => queries.invalidateQueries({ queryKey }),
    }),
  )
  const choose = (kind: NotificationKind, channel: NotificationChannel, wanted: boolean): void => {
    const known = queries.getQueryData(queryKey)
    if (known === undefined) return
    const others = known.choices[kind].filter((one) => one !== channel)
    const choices: NotificationChoices = {
      ...known.choices,
      [kind]: wanted ? [...others, channel] : others,
    }
    queries.setQueryData(queryKey, { ...known, choices })
    save.mutate({ choices })
  }
  return { save, choose }
}
