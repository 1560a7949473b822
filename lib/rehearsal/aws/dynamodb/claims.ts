import { claimsOf } from '../../claims/claim.ts';

const guide = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide';
const reference = 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference';

export const dynamoDbClaims = claimsOf('dynamodb', ['dynamodb', 'dynamodb-streams'], {
  'conditional-write': {
    rule: 'A write with a condition is done only if the condition holds for the item as it is; else ConditionalCheckFailedException.',
    source: `${guide}/Expressions.ConditionExpressions.html`,
    cases: [
      'dynamodb/put-if-absent',
      'dynamodb/update-if-equal',
      'dynamodb/delete-if-equal',
      'dynamodb/conditions-on-nothing',
    ],
  },
  'failed-condition-item': {
    rule: 'A failed condition answers with the item where ReturnValuesOnConditionCheckFailure is ALL_OLD and there is one.',
    source: `${reference}/API_PutItem.html`,
    cases: ['dynamodb/failed-condition-returns-item'],
  },
  'condition-functions': {
    rule: 'attribute_exists, attribute_not_exists, attribute_type, begins_with, contains and size, IN with at most 100 operands.',
    source: `${guide}/Expressions.OperatorsAndFunctions.html`,
    cases: [
      'dynamodb/attribute-type',
      'dynamodb/begins-with',
      'dynamodb/contains',
      'dynamodb/size',
      'dynamodb/in',
      'dynamodb/between',
    ],
  },
  'condition-order': {
    rule: 'NOT binds tighter than AND, AND tighter than OR; parentheses first.',
    source: `${guide}/Expressions.OperatorsAndFunctions.html`,
    cases: ['dynamodb/logic'],
  },
  'comparison-types': {
    rule: 'Comparisons between values of different types are false, and those with an attribute that is not there; `<>` is then true.',
    source: `${guide}/LegacyConditionalParameters.Conditions.html`,
    cases: [
      'dynamodb/compare-numbers',
      'dynamodb/compare-strings',
      'dynamodb/compare-types',
      'dynamodb/compare-documents',
      'dynamodb/compare-sets',
    ],
  },
  'operand-checks': {
    rule: 'Literals of the wrong type and BETWEEN with its bounds the wrong way round are refused before any item is looked at.',
    source: 'https://github.com/architect/dynalite/tree/main/test',
    cases: ['dynamodb/between', 'dynamodb/begins-with', 'dynamodb/compare-documents', 'dynamodb/attribute-type'],
  },
  placeholders: {
    rule: 'Every placeholder of an expression is defined and every defined one is used; else ValidationException.',
    source: `${guide}/Expressions.ExpressionAttributeNames.html`,
    cases: ['dynamodb/placeholders', 'dynamodb/placeholders-without-expressions'],
  },
  'reserved-words': {
    rule: 'Reserved words are refused as attribute names of expressions, in any case of letters.',
    source: `${guide}/ReservedWords.html`,
    cases: ['dynamodb/reserved-words'],
  },
  'nested-paths': {
    rule: 'Dots and indexes lead into maps and lists; a path that leads nowhere has no value.',
    source: `${guide}/Expressions.Attributes.html`,
    cases: ['dynamodb/nested-paths', 'dynamodb/set-nested'],
  },
  'return-values': {
    rule: 'Put and delete return NONE or ALL_OLD, updates also ALL_NEW, UPDATED_OLD and UPDATED_NEW.',
    source: `${reference}/API_UpdateItem.html`,
    cases: [
      'dynamodb/return-values-of-updates',
      'dynamodb/return-values-of-new-items',
      'dynamodb/return-values-of-puts',
    ],
  },
  'update-creates': {
    rule: 'An update of an item that is not there creates it; a delete of one succeeds.',
    source: `${reference}/API_UpdateItem.html`,
    cases: ['dynamodb/update-creates', 'dynamodb/delete-of-nothing'],
  },
  'update-expressions': {
    rule: 'SET with +, -, if_not_exists and list_append, REMOVE, ADD, DELETE, each clause once; right-hand sides read the item as it was.',
    source: `${guide}/Expressions.UpdateExpressions.html`,
    cases: [
      'dynamodb/set-arithmetic',
      'dynamodb/set-if-not-exists',
      'dynamodb/set-list-append',
      'dynamodb/set-list-elements',
      'dynamodb/set-reads-before',
      'dynamodb/remove',
      'dynamodb/add-numbers',
      'dynamodb/add-and-delete-members',
      'dynamodb/clauses-together',
    ],
  },
  'update-overlap': {
    rule: 'Two paths of one update must not overlap, and none may be part of the key.',
    source: `${guide}/Expressions.UpdateExpressions.html`,
    cases: ['dynamodb/paths-overlap', 'dynamodb/update-of-key'],
  },
  'key-conditions': {
    rule: 'A query names one partition by equality and may bound the sort key by one comparison, BETWEEN or begins_with.',
    source: `${guide}/Query.KeyConditionExpressions.html`,
    cases: ['dynamodb/query-by-number', 'dynamodb/query-by-text', 'dynamodb/query-refusals'],
  },
  'query-order': {
    rule: 'A query gives items by sort key: numbers by value, strings by UTF-8 bytes; ScanIndexForward false reverses it.',
    source: `${reference}/API_Query.html`,
    cases: ['dynamodb/query-by-number', 'dynamodb/query-by-text'],
  },
  'page-size': {
    rule: 'A page of a query or scan ends at 1 MB or at Limit, counted before the filter, and names its last key.',
    source: `${guide}/Query.Pagination.html`,
    cases: ['dynamodb/query-pages', 'dynamodb/page-of-one-megabyte', 'dynamodb/query-filter'],
  },
  'filter-keys': {
    rule: 'A filter of a query names no key attribute.',
    source: `${guide}/Query.FilterExpression.html`,
    cases: ['dynamodb/query-refusals', 'dynamodb/scan'],
  },
  projections: {
    rule: 'A projection gives the parts of an item that are there, in their places; list elements close up.',
    source: `${guide}/Expressions.ProjectionExpressions.html`,
    cases: ['dynamodb/query-projection', 'dynamodb/get-projection'],
  },
  'item-size': {
    rule: 'An item has 400 KiB at most, names of attributes included.',
    source: `${guide}/Constraints.html`,
    cases: ['dynamodb/item-size'],
  },
  'size-arithmetic': {
    rule: 'Numbers take about a byte for two digits and one more; maps and lists 3 bytes and one for each element.',
    source: `${guide}/CapacityUnitCalculations.html`,
  },
  'key-size': {
    rule: 'A partition key has 2048 bytes at most, a sort key 1024, and neither is empty.',
    source: `${guide}/Constraints.html`,
    cases: ['dynamodb/key-size', 'dynamodb/sort-key-size', 'dynamodb/empty-keys'],
  },
  numbers: {
    rule: 'Numbers keep 38 significant digits between 1E-130 and 9.99E+125 and lose leading and trailing zeros.',
    source: `${guide}/HowItWorks.NamingRulesDataTypes.html`,
    cases: ['dynamodb/numbers-normalised', 'dynamodb/numbers-precision', 'dynamodb/numbers-add-exactly'],
  },
  'empty-values': {
    rule: 'Empty strings and binaries are values except in keys; empty sets and sets with equal members are refused.',
    source: `${guide}/HowItWorks.NamingRulesDataTypes.html`,
    cases: ['dynamodb/empty-values', 'dynamodb/empty-sets', 'dynamodb/sets-with-duplicates'],
  },
  'missing-table': {
    rule: 'A call to a table that is not there is ResourceNotFoundException.',
    source: `${guide}/Programming.Errors.html`,
    cases: ['dynamodb/missing-table'],
  },
  'refusal-words': {
    rule: 'The words of ValidationExceptions.',
    source: 'https://github.com/architect/dynalite/tree/main/test',
    differs:
      'Words are those that dynalite’s tests found at DynamoDB; DynamoDB Local has others for keys that don’t fit, numbers that are none and missed key conditions, which the cases name.',
    cases: ['dynamodb/syntax', 'dynamodb/syntax-of-functions', 'dynamodb/wrong-keys', 'dynamodb/query-refusals'],
  },
  'consistent-reads': {
    rule: 'A consistent read sees every write that was answered before; others may be behind.',
    source: `${guide}/HowItWorks.ReadConsistency.html`,
    differs: `Reads of DynamoDB Local are consistent, mostly, whether asked for or not: ${guide}/DynamoDBLocal.UsageNotes.html`,
    cases: ['dynamodb/read-your-writes'],
  },
  'strong-global-tables': {
    rule: 'Writes and strong reads of a table with multi-region strong consistency are decisions of two of its three regions; no TTL, no transactions.',
    source: `${guide}/V2globaltables_HowItWorks.html#V2globaltables_HowItWorks.consistency-modes.mrsc`,
  },
  'replication-time': {
    rule: 'A write is under way between the regions of a strong table for 20 ms, in which one from another region conflicts.',
  },
  ttl: {
    rule: 'Expired items are deleted within 48 hours and never before their time.',
    source: `${guide}/howitworks-ttl.html`,
  },
  'table-keys': {
    rule: 'Whoever reads or writes a table needs kms:Decrypt on its customer managed key, by way of DynamoDB.',
    source: `${guide}/encryption.howitworks.html`,
  },
  'stream-order': {
    rule: 'A stream holds every change of an item once, in the order of the writes of its key, and nothing where nothing changed.',
    source: `${guide}/Streams.html`,
  },
  'stream-shards': {
    rule: 'A new on-demand table has four partitions, each with a shard.',
    source: `${guide}/on-demand-capacity-mode.html`,
  },
  'stream-keys': {
    rule: 'Whoever reads a stream needs kms:Decrypt on the key of its table, by way of DynamoDB.',
  },
  'stream-delay': {
    rule: 'A change can be read from the stream 50 to 500 ms after the write.',
  },
});
