import { expect, test } from 'vitest'
import { accountOfLogin } from './account-of-login.ts'

const people = { Ada: 'ada@example.org', grace: 'user-7' }

test('knows whom the configuration names, in capitals or not, and nobody else', () => {
  expect(accountOfLogin({ people }, 'ada')).toBe('ada@example.org')
  expect(accountOfLogin({ people }, 'Grace')).toBe('user-7')
  for (const login of ['', 'mallory', 'ada2', '__proto__', 'constructor', 'toString']) {
    expect(accountOfLogin({ people }, login)).toBeNull()
  }
})
