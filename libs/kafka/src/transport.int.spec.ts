import { testStack } from '#local';
import { describeTransport } from './spec-transport-contract.js';
import { kafkajsTransport } from './transport.js';

describeTransport('kafkajs', kafkajsTransport, testStack);
