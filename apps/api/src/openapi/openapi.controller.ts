import { Controller, Get, NotFoundException, Param } from '@nestjs/common';
import { EVENTS, FACTS, type JsonSchema, dataSchema, definitionOf } from '#contracts';
import { type OpenApi, openApi } from './openapi.js';

@Controller()
export class OpenApiController {
  private readonly description = openApi();

  @Get('openapi.json')
  openApi(): OpenApi {
    return this.description;
  }

  @Get('schemas/:file')
  schema(@Param('file') file: string): JsonSchema {
    return schemaOf(file.replace(/\.json$/, ''));
  }
}

/** JSON Schema (draft-07) of the data of an event or fact. 404 for a type that is not known. */
function schemaOf(type: string): JsonSchema {
  const definition = definitionOf(type);
  if (definition === undefined) {
    const known = Object.values({ ...EVENTS, ...FACTS }).map((other) => other.type);
    throw new NotFoundException(`there is no type "${type}"; there are ${known.join(', ')}`);
  }
  return dataSchema(definition);
}
