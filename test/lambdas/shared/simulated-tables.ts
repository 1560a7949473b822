import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoDbService } from '../../../lib/rehearsal/aws/dynamodb/dynamodb-service.ts';
import { tableProperties } from '../../../lib/rehearsal/aws/dynamodb/table-resources.ts';
import { AwsServiceError, type ProvisionContext, type ServiceCall } from '../../../lib/rehearsal/aws/service.ts';
import { Kernel } from '../../../lib/rehearsal/kernel/kernel.ts';
import { quiesce } from '../../../lib/rehearsal/kernel/quiesce.ts';

const region = 'eu-west-1';

interface JsonRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

interface JsonResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

function json(statusCode: number, body: object): JsonResponse {
  return { statusCode, headers: {}, body: new TextEncoder().encode(JSON.stringify(body)) };
}

/** What happens to one call: it is lost on its way, its answer is, or it is refused with an error of this name. */
export type Fault = 'request-lost' | 'answer-lost' | 'AccessDeniedException' | 'InternalServerError';

/** The tables of a region as the rehearsal simulates them, behind a real client of the AWS SDK. */
export class SimulatedTables {
  readonly client: DynamoDBDocumentClient;
  /** What a client has instead of the network. */
  readonly requestHandler = { handle: (request: JsonRequest) => this.#handle(request) };
  /** Names of the operations that were carried out. */
  readonly operations: string[] = [];
  readonly #service: DynamoDbService;
  #faults: { operation: string; fault: Fault }[] = [];
  #before: { operation: string; run: () => Promise<void> }[] = [];

  /** `prefix` stands before the tables' names, as the estate's name and a dash do. */
  constructor(prefix = '') {
    const kernel = new Kernel({ seed: 1, startMs: Date.parse('2026-03-01T12:00:00.000Z'), quiesce });
    const up = () => true;
    this.#service = new DynamoDbService(
      {
        kernel,
        accountId: '111122223333',
        weather: { regionUp: up, serviceUp: up, reachable: up },
        bus: { call: () => {} },
      },
      { keys: { findKey: () => undefined } },
    );
    this.#create(`${prefix}authority`, ['estate', 'S']);
    this.#create(`${prefix}coordination`, ['pk', 'S'], ['sk', 'S']);
    this.#create(`${prefix}journal`, ['incidentId', 'S'], ['sequence', 'N']);
    this.#create(`${prefix}captures`, ['application', 'S'], ['item', 'S']);
    const client = new DynamoDBClient({
      region,
      maxAttempts: 2,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      requestHandler: this.requestHandler,
    });
    this.client = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  }

  /** The next call of this operation meets the fault. */
  fail(operation: string, fault: Fault): void {
    this.#faults.push({ operation, fault });
  }

  /** Runs just before the next call of this operation takes effect: somebody else was faster. */
  before(operation: string, run: () => Promise<unknown>): void {
    this.#before.push({ operation, run: async () => void (await run()) });
  }

  async #handle({ headers, body }: JsonRequest): Promise<{ response: JsonResponse }> {
    const operation = headers['x-amz-target']?.split('.')[1] ?? '';
    const hook = this.#before.findIndex((entry) => entry.operation === operation);
    if (hook >= 0) await this.#before.splice(hook, 1)[0]?.run();
    const index = this.#faults.findIndex((entry) => entry.operation === operation);
    const fault = index >= 0 ? this.#faults.splice(index, 1)[0]?.fault : undefined;
    const lost = Object.assign(new Error('no answer'), { name: 'TimeoutError' });
    if (fault === 'request-lost') throw lost;
    const denied = { __type: `com.amazonaws.dynamodb#${fault}`, message: 'refused' };
    if (fault !== undefined && fault !== 'answer-lost') return { response: json(400, denied) };
    const response = this.#invoke(operation, JSON.parse(new TextDecoder().decode(body)) as ServiceCall['input']);
    this.operations.push(operation);
    if (fault === 'answer-lost') throw lost;
    return { response };
  }

  #invoke(operation: string, input: ServiceCall['input']): JsonResponse {
    const caller = { principal: 'test', name: 'test', accountId: '111122223333', region };
    try {
      return json(200, this.#service.invoke({ caller, region, operation, input }));
    } catch (error) {
      if (!(error instanceof AwsServiceError)) throw error;
      const type = `com.amazonaws.dynamodb.v20120810#${error.name}`;
      return json(error.statusCode, { __type: type, message: error.message, ...error.members });
    }
  }

  #create(tableName: string, ...keys: [string, 'S' | 'N'][]): void {
    const provider = this.#service.resources.find(({ type }) => type === 'AWS::DynamoDB::Table');
    const properties = tableProperties.parse({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
      KeySchema: keys.map(([AttributeName], index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    });
    const context: ProvisionContext = {
      region,
      accountId: '111122223333',
      stackName: 'test',
      logicalId: tableName,
      generatedName: tableName,
      assetPath: () => undefined,
    };
    provider?.create(properties as never, context);
  }
}
