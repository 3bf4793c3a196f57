import { testServer } from '../../test/helpers/test-server.ts'
import { describeGates } from './gates-contract.ts'

describeGates(testServer)
