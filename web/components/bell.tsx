import { ActionIcon, Menu, ScrollArea } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Notification } from '../../src/schema/api/notifications.ts'
import { sentenceOf } from '../api.ts'
import classes from './bell.module.css'
import { Icon } from './icon.tsx'
import { Unseen } from './page.tsx'
import { useMarkRead, useNotifications } from './use-notifications.ts'
import { When } from './when.tsx'

const mostCounted = 99

/** What one is told of changes and gates: how much of it is new, and a list that leads to each. */
export function Bell() {
  const [opened, setOpened] = useState(false)
  const { data, error, older, refetch } = useNotifications()
  const unread = data?.unread ?? 0
  return (
    <Menu
      position="bottom-end"
      width={340}
      opened={opened}
      onChange={(isOpen) => {
        setOpened(isOpen)
        if (isOpen) void refetch()
      }}
    >
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          className={classes.bell ?? ''}
          aria-label={unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`}
        >
          <Icon name="bell" />
          {unread > 0 && (
            <span className={classes.count} aria-hidden="true">
              {unread > mostCounted ? `${mostCounted}+` : unread}
            </span>
          )}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown className={classes.list ?? ''}>
        {error !== null && <Menu.Label>{sentenceOf(error)}</Menu.Label>}
        {data !== undefined && <Told items={data.items} unread={unread} older={older} />}
        <Menu.Divider />
        <Menu.Item renderRoot={(props) => <Link to="/settings" hash="notifications" {...props} />}>
          Choose where you are told
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

type ToldProps = { items: Notification[]; unread: number; older: (() => void) | null }

function Told({ items, unread, older }: ToldProps) {
  const markRead = useMarkRead()
  if (items.length === 0) {
    return <Menu.Label>Nothing yet. You are told here what happens to changes.</Menu.Label>
  }
  return (
    <>
      {unread > 0 && (
        <Menu.Item closeMenuOnClick={false} onClick={() => markRead.mutate({})}>
          Mark all as read
        </Menu.Item>
      )}
      <ScrollArea.Autosize mah="min(26rem, 70dvh)" type="auto">
        {items.map((one) => (
          <One
            key={one.id}
            told={one}
            read={() => one.readAt === null && markRead.mutate({ ids: [one.id] })}
          />
        ))}
        {older !== null && (
          <Menu.Item closeMenuOnClick={false} onClick={older}>
            Show older ones
          </Menu.Item>
        )}
      </ScrollArea.Autosize>
    </>
  )
}

function One({ told, read }: { told: Notification; read: () => void }) {
  const { text, at, readAt } = told
  return (
    <Menu.Item onClick={read} renderRoot={(props) => <About told={told} {...props} />}>
      <span className={classes.one} data-unread={readAt === null}>
        <span className={classes.change}>
          {readAt === null && <Unseen>Unread: </Unseen>}
          <Name told={told} />
        </span>
        <span className={classes.text}>{text}</span>
        <span className={classes.when}>
          <When at={at} />
        </span>
      </span>
    </Menu.Item>
  )
}

type OfOne = { told: Notification }

/** Leads to the change or the gate. */
function About({ told: { change, gate }, ...props }: OfOne & Record<string, unknown>) {
  if (change !== null) {
    return <Link to="/changes/$number" params={{ number: String(change.number) }} {...props} />
  }
  return <Link to="/gates/$gate" params={{ gate: gate?.id ?? '' }} {...props} />
}

function Name({ told: { change, gate } }: OfOne) {
  if (change === null) return <>Gate of the version {gate?.candidate.slice(0, 12)}</>
  return (
    <>
      #{change.number} <bdi>{change.title}</bdi>
    </>
  )
}
