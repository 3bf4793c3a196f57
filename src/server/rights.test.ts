import { expect, test } from 'vitest'
import { testServer } from '../../test/helpers/test-server.ts'
import { permissionsOf } from '../access/permissions.ts'
import { Permission, Role } from '../schema/access.ts'
import { listProcedures } from './list-procedures.ts'

const all = listProcedures().map((route) => {
  return { ...route, path: route.path.replaceAll(/\{\w+\}/g, 'none') }
})

type Ask = (method: string, path: string, body?: unknown) => Response | Promise<Response>

/** Which procedures let somebody in; what they then say of a senseless request does not matter. */
async function open(ask: Ask): Promise<string[]> {
  const entered: string[] = []
  for (const { method, path } of all) {
    const answer = await ask(method, path, method === 'GET' ? undefined : { senseless: true })
    if (!(await isRefused(answer))) entered.push(`${method} ${path}`)
  }
  return entered
}

async function isRefused(answer: Response): Promise<boolean> {
  if (answer.status === 401) return true
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true
  if (answer.status !== 403 || !isJson) {
    await answer.body?.cancel()
    return false
  }
  return ((await answer.json()) as { code: string }).code === 'FORBIDDEN'
}

function expected(permissions: ReadonlySet<string> | null): string[] {
  return all
    .filter(({ permission }) => {
      if (permission === 'public') return true
      if (permissions === null) return false
      return permission === 'signed-in' || permissions.has(permission)
    })
    .map(({ method, path }) => `${method} ${path}`)
}

test('strangers enter no procedure but public ones', async () => {
  await using server = await testServer()
  expect(await open(server.nobody)).toEqual(expected(null))
})

test.each(Role.options)('the role %s enters what the table says and nothing else', async (role) => {
  await using server = await testServer()
  const { ask } = await server.person('somebody', [role])
  expect(await open(ask)).toEqual(expected(permissionsOf([role])))
})

test('a key with one permission enters what asks for that one and nothing else', async () => {
  await using server = await testServer()
  const used = new Set(all.map(({ permission }) => permission))
  for (const permission of Permission.options.filter((option) => used.has(option))) {
    const made = await server.solo('POST', '/api/me/keys', {
      name: permission,
      permissions: [permission],
    })
    const { secret } = (await made.json()) as { secret: string }
    expect(await open(server.withKey(secret))).toEqual(expected(new Set([permission])))
  }
})

/** What the server answers besides the contract; who is let in is asked for. */
async function outside(): Promise<string[]> {
  await using server = await testServer()
  const known = new Set(listProcedures().map(({ path }) => path.replaceAll(/\{(\w+)\}/g, ':$1')))
  const routes = server.app.routes.filter(({ path }) => !path.includes('*') && !known.has(path))
  const asks = await Promise.all(
    Role.options.map(async (role) => [role, (await server.person(role, [role])).ask] as const),
  )
  const addresses = new Map(
    routes.map(({ method, path }) => [`${method} ${path}`, { method, path }]),
  )
  return await Promise.all(
    Array.from(addresses, async ([address, { method, path }]) => {
      if (!(await isRefused(await server.nobody(method, path)))) return `${address}: public`
      const entered = await Promise.all(
        asks.map(async ([role, ask]) => ((await isRefused(await ask(method, path))) ? [] : [role])),
      )
      return `${address}: ${entered.flat().join(', ')}`
    }),
  )
}

test('who may use which procedure is as it was reviewed', async () => {
  const lines = all.map(({ method, path, permission }) => {
    const roles = Role.options.filter((role) => permissionsOf([role]).has(permission as Permission))
    const who =
      permission === 'signed-in' || permission === 'public' ? permission : roles.join(', ')
    return `${method} ${path}: ${who}`
  })
  const other = await outside()
  const table = [
    ...lines.toSorted(),
    '',
    'Outside the contract, before anything is read:',
    ...other.toSorted(),
    '',
  ]
  await expect(table.join('\n')).toMatchFileSnapshot('./rights.snapshot.txt')
})
