/**
 * Grants that hardly a test uses, each with the reason why it stays. A grant that is neither used
 * nor here fails `npm run check:grants`. One that is here may be used now and then: whether
 * somebody finds a desk gone is a matter of who comes first.
 */
const polling = 'what AWS documents that Lambda needs to poll; the local poller needs less';
const gone = 'whoever finds a desk gone takes its agent out of routing, and finds others for what they were offered';
const long =
  'whoever finds a desk gone starts the grace, which may be more than 15 minutes; else a TTL or a wrap-up may';
const deadLetters =
  'a batch is given up only after a minute, or hours: test/infra/local-event-sources.test.ts does it on a stack of its own';

export const unusedGrants: Readonly<Record<string, string>> = {
  'ListsTelling dynamodb:DeleteItem StateTable.Arn': gone,
  'ListsTelling dynamodb:PutItem StateTable.Arn': gone,
  'ListsTelling sqs:SendMessage ListsNewsQueue.Arn': gone,
  'ListsTelling sqs:SendMessage TimersDueQueue.Arn': gone,
  'ListsTelling states:StartExecution TimersLongTimers': long,
  'ListsTelling sqs:GetQueueAttributes ListsNewsQueue.Arn': polling,
  'TeamTelling dynamodb:DeleteItem StateTable.Arn': gone,
  'TeamTelling dynamodb:PutItem StateTable.Arn': gone,
  'TeamTelling sqs:SendMessage ListsNewsQueue.Arn': gone,
  'TeamTelling sqs:SendMessage TimersDueQueue.Arn': gone,
  'TeamTelling states:StartExecution TimersLongTimers': long,
  'TeamTelling dynamodb:ListStreams StateTable.StreamArn': polling,
  'TeamTelling sqs:SendMessage TeamDeadLetters.Arn': deadLetters,
  'EventsPublishing dynamodb:ListStreams StateTable.StreamArn': polling,
  'EventsPublishing sqs:SendMessage EventsDeadLetters.Arn': deadLetters,
  'SessionsGreeting sqs:SendMessage ListsNewsQueue.Arn': gone,
  'SessionsGreeting states:StartExecution TimersLongTimers': long,
  'SessionsGreeting sqs:GetQueueAttributes SessionsConnectedQueue.Arn': polling,
  'SocketRoutesWorking states:StartExecution TimersLongTimers': long,
  'TimersFiring states:StartExecution TimersLongTimers': long,
  'TimersFiring sqs:GetQueueAttributes TimersDueQueue.Arn': polling,
};
