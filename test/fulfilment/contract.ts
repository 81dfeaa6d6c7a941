import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { AnySchema } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { onTestFinished } from "vitest";
import { parse } from "yaml";

/** docs/fulfilment-api.yaml, as far as it is read here. */
interface Described {
  $ref?: string;
  schema?: AnySchema;
  example?: unknown;
}
interface Parameter extends Described {
  name: string;
  in: "path" | "header";
  required: boolean;
}
interface Body extends Described {
  required?: boolean;
  content?: Record<string, Described>;
}
interface Answer extends Body {
  headers?: Record<string, Described & { required?: boolean }>;
}
interface Operation {
  operationId: string;
  parameters?: Described[];
  requestBody?: Described;
  responses: Record<string, Described>;
}
interface Document {
  paths: Record<string, { parameters: Described[]; get?: Operation; post?: Operation }>;
  components: { schemas: Record<string, AnySchema> } & Record<string, Record<string, Described>>;
}

export interface Sent {
  method: string;
  path: string;
  headers: Record<string, string | undefined>;
  body: string;
}

export interface Answered {
  status: number;
  headers: Record<string, string | undefined>;
  body: string;
}

export interface Contract {
  document: Document;
  /** What is wrong with a request by the contract; empty when nothing is. */
  requestProblems(sent: Sent): string[];
  answerProblems(sent: Pick<Sent, "method" | "path">, answered: Answered): string[];
  problems(schema: AnySchema, value: unknown): string[];
  resolve<T extends Described>(described: Described): T;
}

export async function readContract(): Promise<Contract> {
  const document = parse(await readFile("docs/fulfilment-api.yaml", "utf8")) as Document;
  // The references in a schema are those of the document.
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document as unknown as AnySchema, "contract");

  function absolute(schema: AnySchema): AnySchema {
    return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"contract#/')) as AnySchema;
  }
  function problems(schema: AnySchema, value: unknown): string[] {
    const validate = ajv.compile(absolute(schema));
    return validate(value) ? [] : [ajv.errorsText(validate.errors)];
  }
  function resolve<T extends Described>(described: Described): T {
    if (described.$ref === undefined) return described as T;
    const [, ...path] = described.$ref.split("/");
    const found = path.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], document);
    if (found === undefined) throw new Error(`the contract has no ${described.$ref}`);
    return found as T;
  }
  function find({ method, path }: Pick<Sent, "method" | "path">) {
    for (const [template, item] of Object.entries(document.paths)) {
      const names = [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
      const match = new RegExp(`^${template.replaceAll(/\{\w+\}/g, "([^/]+)")}$`).exec(path);
      const operation = method === "GET" ? item.get : method === "POST" ? item.post : undefined;
      if (!match || !operation) continue;
      const values = new Map(names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? "")]));
      return { item, operation, values };
    }
    return null;
  }

  return {
    document,
    problems,
    resolve,
    requestProblems(sent) {
      const found = find(sent);
      if (!found) return [`no operation ${sent.method} ${sent.path}`];
      const { item, operation, values } = found;
      const parameters = [...item.parameters, ...(operation.parameters ?? [])].map((one) =>
        resolve<Parameter>(one),
      );
      const wrong = parameters.flatMap((parameter) => {
        const value =
          parameter.in === "path" ? values.get(parameter.name) : sent.headers[parameter.name.toLowerCase()];
        if (value === undefined) return parameter.required ? [`${parameter.name} is missing`] : [];
        return problems(parameter.schema ?? true, value).map((text) => `${parameter.name}: ${text}`);
      });
      const bearer = /^Bearer \S+$/.test(sent.headers.authorization ?? "") ? [] : ["no bearer token"];
      return [...wrong, ...bearer, ...bodyProblems(operation.requestBody, sent)];
    },
    answerProblems(sent, answered) {
      const found = find(sent);
      if (!found) return [`no operation ${sent.method} ${sent.path}`];
      const described =
        found.operation.responses[String(answered.status)] ?? found.operation.responses.default;
      if (!described || (answered.status < 400 && !found.operation.responses[String(answered.status)]))
        return [`no answer ${answered.status}`];
      const headers = Object.entries(resolve<Answer>(described).headers ?? {}).flatMap(([name, header]) => {
        const value = answered.headers[name.toLowerCase()];
        if (value === undefined) return header.required ? [`${name} is missing`] : [];
        return problems(header.schema ?? true, value);
      });
      return [...headers, ...bodyProblems(described, answered)];
    },
  };

  function bodyProblems(
    described: Described | undefined,
    sent: Pick<Answered, "headers" | "body">,
  ): string[] {
    const schema = described && resolve<Body>(described).content?.["application/json"]?.schema;
    if (!schema) return sent.body === "" ? [] : ["a body that nobody asked for"];
    if (!/^application\/json\b/.test(sent.headers["content-type"] ?? "")) return ["not application/json"];
    try {
      return problems(schema, JSON.parse(sent.body));
    } catch {
      return ["not JSON"];
    }
  }
}

/**
 * Stands between an adapter and a service and holds what passes against the contract: every request and every answer. Closed
 * at the end of the test.
 */
export async function listenBetween(
  contract: Contract,
  serviceUrl: string,
): Promise<{ url: string; problems: string[]; seen: { sent: Sent; answered: Answered }[] }> {
  const problems: string[] = [];
  const seen: { sent: Sent; answered: Answered }[] = [];
  const server = createServer(async (request, response) => {
    const sent: Sent = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers: flat(request.headers),
      body: await textOf(request),
    };
    problems.push(...contract.requestProblems(sent).map((text) => `request ${sent.path}: ${text}`));
    const answer = await fetch(`${serviceUrl}${sent.path}`, {
      method: sent.method,
      headers: Object.fromEntries(
        Object.entries(sent.headers).filter(
          (entry): entry is [string, string] =>
            entry[1] !== undefined && !/^(host|connection|content-length|transfer-encoding)$/.test(entry[0]),
        ),
      ),
      body: sent.body === "" ? null : sent.body,
    });
    const answered = {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: await answer.text(),
    };
    problems.push(...contract.answerProblems(sent, answered).map((text) => `answer ${sent.path}: ${text}`));
    seen.push({ sent, answered });
    response.writeHead(answered.status, { "content-type": answer.headers.get("content-type") ?? "" });
    response.end(answered.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, problems, seen };
}

function flat(headers: IncomingMessage["headers"]): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
