import { Controller, Get, Header } from '@nestjs/common';
import { type JsonSchema, VOCABULARY, VOCABULARY_URI, asyncApi } from '#contracts';
import { stringify } from 'yaml';
import { eventsPage } from './events-page.js';

/** Descriptions of what is on the topics; made once, from the same definitions that check it. */
@Controller()
export class EventDocsController {
  private readonly yaml = stringify(asyncApi(), { aliasDuplicateObjects: false });
  private readonly page = eventsPage();
  private readonly words = vocabulary();

  @Get('asyncapi.yaml')
  @Header('content-type', 'application/yaml; charset=utf-8')
  asyncApi(): string {
    return this.yaml;
  }

  @Get('docs/events')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
  events(): string {
    return this.page;
  }

  @Get('vocabulary.json')
  @Header('content-type', 'application/ld+json; charset=utf-8')
  vocabulary(): JsonSchema {
    return this.words;
  }
}

const vocabulary = (): JsonSchema => ({
  '@context': { rdfs: 'http://www.w3.org/2000/01/rdf-schema#' },
  '@graph': Object.entries(VOCABULARY).map(([term, meaning]) => ({
    '@id': `${VOCABULARY_URI}${term}`,
    'rdfs:label': term,
    'rdfs:comment': meaning,
  })),
});
