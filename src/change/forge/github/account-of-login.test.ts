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
  ['12+mona_acme@users.noreply.github.com', 'mona_acme'],
  ['noreply@github.com', null],
  ['ada@example.org', null],
  ['+@users.noreply.github.com', null],
])('takes %s for the login %s', (address, login) => {
  expect(loginOfAddress(address, { apiUrl: 'https://api.github.com' })).toBe(login)
})

test.each([
  ['https://github.acme.example/api/v3', 'github.acme.example'],
  ['https://api.acme.example/api/v3', 'api.acme.example'],
  ['https://api.acme.ghe.com', 'acme.ghe.com'],
])('takes addresses of the GitHub at %s, and of no other one', (apiUrl, host) => {
  expect(loginOfAddress(`12+ada@Users.Noreply.${host}`, { apiUrl })).toBe('ada')
  expect(loginOfAddress('12+ada@users.noreply.github.com', { apiUrl })).toBeNull()
})
