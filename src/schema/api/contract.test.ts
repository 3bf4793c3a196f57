import type { AnyContractProcedure, AnyContractRouter } from '@orpc/contract'
import { expect, test } from 'vitest'
import { contract } from './contract.ts'

function procedures(router: AnyContractRouter): AnyContractProcedure[] {
  if ('~orpc' in router) return [router as AnyContractProcedure]
  return Object.values(router).flatMap(procedures)
}

test('every procedure names its permission, its address and what it does', () => {
  for (const { '~orpc': definition } of procedures(contract)) {
    expect(definition.meta).toMatchObject({ permission: expect.any(String) })
    expect(definition.route).toMatchObject({
      method: expect.any(String),
      path: expect.stringMatching(/^\/[a-z/{}A-Z0-9-]+$/),
      summary: expect.any(String),
    })
  }
})

test('no two procedures share an address', () => {
  const addresses = procedures(contract).map(({ '~orpc': { route } }) => {
    return `${route.method} ${route.path?.replace(/\{\w+\}/gu, '{}')}`
  })
  expect(addresses).toHaveLength(new Set(addresses).size)
  expect(addresses.length).toBeGreaterThan(30)
})
