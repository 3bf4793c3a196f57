import { expect, test } from 'vitest'
import { accountOfLogin, loginOfAddress } from './account-of-login.ts'

const people = { Ada: 'ada@example.org', grace: 'user-7' }

test('knows whom the configuration names, in capitals or not, and nobody else', () => {
  expect(accountOfLogin({ people }, 'ada')).toBe('ada@example.org')
  expect(accountOfLogin({ people }, 'Grace')).toBe('user-7')
  for (const login of ['', 'mallory', 'ada2', '__proto__', 'constructor', 'toString']) {
    expect(accountOfLogin({ people }, login)).toBeNull()
  }
})

test.each([
  ['ada@users.noreply.github.com', 'ada'],
  ['1234+ada-l@users.noreply.github.com', 'ada-l'],
  ['Ada@Users.Noreply.GitHub.com', 'Ada'],
  ['noreply@github.com', null],
  ['ada@example.org', null],
  ['+@users.noreply.github.com', null],
])('takes %s for the login %s', (address, login) => {
  expect(loginOfAddress(address)).toBe(login)
})
