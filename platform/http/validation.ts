/** How input is validated: by JSON Schema, each schema compiled once. */
import AjvCompiler from '@fastify/ajv-compiler';

const compilers = AjvCompiler();

/**
 * Addresses, queries and headers are texts, so that '5' is the number 5 where a number is asked for. A JSON body has
 * types of its own: there null is not an empty text and '5' not a number, and what has the wrong type is refused.
 */
export function buildValidator(schemas: Parameters<typeof compilers>[0]): ReturnType<typeof compilers> {
  const compiler = (coerceTypes: 'array' | false) =>
    compilers(schemas, {
      customOptions: { removeAdditional: false, coerceTypes, allErrors: true, strict: false },
    });
  const [ofTexts, ofJson] = [compiler('array'), compiler(false)];
  return (route) => (route.httpPart === 'body' ? ofJson : ofTexts)(route);
}
