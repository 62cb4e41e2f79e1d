import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiResponse, ApiSecurity } from '@nestjs/swagger';
import type { RoutePlan } from '../routes/route-plan.js';
import { fieldsOf, type Class } from '../validation/dto-fields.js';
import { exampleOf } from '../validation/example.js';

/** Class of an answer; in an array: a list of them. */
export type AnswerClass = Class | readonly [Class];

/** What a route may answer beside the usual: the status, when, and for a success of which shape. */
export type OtherAnswers = Readonly<
  Record<number, { readonly description: string; readonly answer?: AnswerClass }>
>;

interface Words {
  readonly summary: string;
  readonly description?: string;
  readonly answer?: AnswerClass;
  readonly otherAnswers?: OtherAnswers;
  /** A file of CSV that can be sent, where the route takes and answers that. */
  readonly csv?: string;
  /** Whether a request may have a body at all, declared or not. */
  readonly takesBody: boolean;
}

/** Reference to the shape of every problem document, which the document builder adds once. */
const PROBLEM = {
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** The documentation of one route: what it needs, what it answers, and how it may fail. */
export function documented(plan: RoutePlan, status: number, words: Words): MethodDecorator {
  const { access, command } = plan;
  const isPublic = access.kind === 'public';
  const needs = isPublic ? 'No credentials needed.' : `Needs the scope \`${access.scope}\`.`;
  const description = [words.description, needs].filter(Boolean).join('\n\n');
  const decorators: MethodDecorator[] = [
    ...exampleBody(plan.body),
    ...exampleFile(words.csv),
    ApiOperation({ summary: words.summary, description }),
    ApiResponse({ status, description: 'Done.', ...answerOf(words.answer), ...fileOf(words.csv) }),
    ...Object.entries(words.otherAnswers ?? {}).map(([other, { description: when, answer }]) =>
      ApiResponse({
        status: Number(other),
        description: when,
        ...(Number(other) < 400 ? answerOf(answer) : PROBLEM),
      }),
    ),
    ...failuresOf(plan, words.takesBody).map(([code, text]) =>
      ApiResponse({ status: code, description: text, ...PROBLEM }),
    ),
  ];
  // The scope stands there for programs too (OpenAPI 3.1, 4.8.30).
  if (!isPublic) decorators.push(ApiSecurity('bearer', [access.scope]));
  if (command !== undefined) decorators.push(...headersOf(command));
  return applyDecorators(...decorators);
}

/** The example that can be sent as it stands, beside the schema. */
function exampleBody(body: RoutePlan['body']): MethodDecorator[] {
  if (body === undefined) return [];
  return [ApiBody({ type: body, examples: { example: { summary: 'Example', value: exampleOf(body) } } })];
}

const CSV = { schema: { type: 'string' } } as const;

function exampleFile(csv: string | undefined): MethodDecorator[] {
  if (csv === undefined) return [];
  const examples = { example: { summary: 'Example', value: csv } };
  return [ApiConsumes('text/csv'), ApiBody({ ...CSV, examples })];
}

function fileOf(csv: string | undefined): object {
  return csv === undefined ? {} : { content: { 'text/csv': CSV } };
}

function answerOf(answer: Words['answer']): object {
  if (answer === undefined) return {};
  return Array.isArray(answer) ? { type: answer[0] as Class, isArray: true } : { type: answer };
}

function headersOf({ isNo, ifMatch }: NonNullable<RoutePlan['command']>): MethodDecorator[] {
  const key = ApiHeader({
    name: 'Idempotency-Key',
    required: !isNo && !ifMatch,
    description: 'Chosen by the client, per command: a repetition with the same key gets the same answer.',
    schema: { type: 'string', maxLength: 255 },
    example: '8e03978e-40d5-43e8-bc93-6894a57f9324',
  }) as MethodDecorator;
  const tag = ApiHeader({
    name: 'If-Match',
    required: true,
    description: 'Strong entity tag of the revision that the caller has seen.',
    schema: { type: 'string' },
    example: '"7"',
  }) as MethodDecorator;
  return ifMatch ? [key, tag] : [key];
}

type Failures = readonly (readonly [number, string])[];

/** Every status of failure that the route can answer; a test compares them with what a server does answer. */
function failuresOf(plan: RoutePlan, takesBody: boolean): Failures {
  return [...failuresOfInput(plan, takesBody), ...failuresOfAccess(plan), ...failuresOfConditions(plan)];
}

function failuresOfInput({ command, body, query, params }: RoutePlan, takesBody: boolean): Failures {
  const hasInput = body !== undefined || query !== undefined || params.length > 0 || command !== undefined;
  return [
    ...(hasInput ? [[400, 'The request is malformed; `errors` names each place.'] as const] : []),
    ...(takesBody
      ? [[413, 'The body is too large.'] as const, [415, 'The body is of a type that is not read.'] as const]
      : []),
  ];
}

function failuresOfAccess({ access, command, params }: RoutePlan): Failures {
  const namesSomething = params.length > 0 || command !== undefined;
  const namesAPerson = params.some(({ name }) => name === 'subjectId') || command !== undefined;
  return [
    ...(namesSomething ? [[404, 'What the request names is not known.'] as const] : []),
    ...(namesAPerson ? [[410, 'The person’s data were erased.'] as const] : []),
    ...(access.kind === 'public'
      ? []
      : [
          [401, 'No valid credentials.'] as const,
          [403, 'The credentials lack the right.'] as const,
          [503, 'A dependency does not answer; try again later.'] as const,
        ]),
  ];
}

function failuresOfConditions({ command, query }: RoutePlan): Failures {
  if (command === undefined) {
    const comparesTokens = query !== undefined && fieldsOf(query).some(({ name }) => name === 'minToken');
    return comparesTokens ? [[409, '`minToken` belongs to another ledger.']] : [];
  }
  const failures: Failures = [
    [409, 'The ledger declines, or the same command is still running; `code` says which.'],
    [422, 'The idempotency key was used with another body.'],
  ];
  if (!command.ifMatch) return failures;
  return [...failures, [412, 'Somebody else wrote in between.'], [428, '`If-Match` is missing.']];
}
