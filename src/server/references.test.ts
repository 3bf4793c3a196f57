import { testServer } from '../../test/helpers/test-server.ts'
import { describeReferences } from './references-contract.ts'

describeReferences(testServer)
