import { Redis } from "ioredis";
import { onDatabase } from "./server.ts";

/** Where a secret can be seen and how it is written there, as `place: form`; empty when it is nowhere. */
export function hits(places: Record<string, string>, secret: string): string[] {
  return Object.entries(places).flatMap(([place, text]) =>
    forms(secret)
      .filter(({ written }) => written.some((one) => text.includes(one)))
      .map(({ form }) => `${place}: ${form}`),
  );
}

function forms(secret: string): { form: string; written: string[] }[] {
  const hex = Buffer.from(secret).toString("hex");
  const otherCase = [...secret].map((char) =>
    char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase(),
  );
  const all = [
    { form: "as it is", written: [secret] },
    { form: "base64", written: inside(secret, "base64") },
    { form: "base64url", written: inside(secret, "base64url") },
    { form: "hex", written: [hex, hex.toUpperCase()] },
    { form: "URL-encoded", written: [encodeURIComponent(secret)] },
    { form: "other case", written: [secret.toLowerCase(), secret.toUpperCase(), otherCase.join("")] },
    { form: "backwards", written: [[...secret].reverse().join("")] },
  ];
  const seen = new Set<string>();
  return all.map(({ form, written }) => {
    const fresh = written.filter((one) => !seen.has(one));
    for (const one of fresh) seen.add(one);
    return { form, written: fresh };
  });
}

/** What of the secret's encoding shows wherever in a longer text it begins: three bytes are four characters. */
function inside(secret: string, encoding: "base64" | "base64url"): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.from(`${" ".repeat(before)}${secret}`)
      .toString(encoding)
      .replace(/=+$/, "");
    return encoded.slice(before === 0 ? 0 : 4, -2);
  });
}

/** Every row of every table of every schema, the queue's included. */
export function readDatabase(url: string): Promise<string> {
  return onDatabase(url, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    );
    const texts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(
        `select row_to_json(t)::text as row from ${name} t`,
      );
      texts.push(name, ...rows.map(({ row }) => row));
    }
    return texts.join("\n");
  });
}

/** Every key and value of a Redis. */
export async function readRedis(url: string): Promise<string> {
  const redis = new Redis(url);
  try {
    const texts: string[] = [];
    for (const key of await redis.keys("*")) texts.push(key, JSON.stringify(await readKey(redis, key)));
    return texts.join("\n");
  } finally {
    await redis.quit();
  }
}

async function readKey(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case "string":
      return redis.get(key);
    case "hash":
      return redis.hgetall(key);
    case "list":
      return redis.lrange(key, 0, -1);
    case "set":
      return redis.smembers(key);
    case "zset":
      return redis.zrange(key, "0", "-1");
    case "stream":
      return redis.xrange(key, "-", "+");
    case "none":
      // It went between the list and the look.
      return null;
    default:
      throw new Error(`${key} is a ${type}`);
  }
}
