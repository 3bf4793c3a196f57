import { expect, test } from 'vitest'
import { AuditEvent } from '../schema/audit.ts'
import { changeOf } from './setting-changes.ts'

test('what differs is told with its old and its new value', () => {
  const before = { currency: 'USD', perMonth: null, shares: { test: 0.3, audit: 0.1 }, open: true }
  const after = { currency: 'EUR', perMonth: 50, shares: { test: 0.3, audit: 0.2 }, open: true }
  expect(changeOf(before, after)).toEqual({
    'currency.before': 'USD',
    'currency.after': 'EUR',
    'perMonth.before': 'none',
    'perMonth.after': 50,
    'shares.audit.before': 0.1,
    'shares.audit.after': 0.2,
  })
  expect(changeOf(before, before)).toEqual({})
})

test('the secret of a webhook is not told, and no text that the log refuses', () => {
  const before = { webhook: 'https://hooks.example.org/T0/secret-one', currency: '€' }
  const after = { webhook: 'https://hooks.example.org/T0/secret-two?key=x', currency: 'US dollars' }
  const details = changeOf(before, after)
  expect(details).toEqual({
    'webhook.before': 'https://hooks.example.org',
    'webhook.after': 'https://hooks.example.org',
    'currency.before': 'other',
    'currency.after': 'other',
  })
  const event = { actor: 'ann', action: 'settings-changed', subject: 'reviews', details }
  expect(AuditEvent.safeParse(event).success).toBe(true)
})
