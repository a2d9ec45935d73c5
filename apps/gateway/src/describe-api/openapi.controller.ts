import { Controller, Get, Header } from '@nestjs/common';
import { openApiText } from './openapi.js';

const TEXT = openApiText();

@Controller('openapi.json')
export class OpenApiController {
  @Get()
  @Header('content-type', 'application/json')
  get(): string {
    return TEXT;
  }
}
