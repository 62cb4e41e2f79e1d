import { ApiProperty } from '@nestjs/swagger';

/** What every command answers; a route's own answer extends it with the ids it created. */
export class AckDto {
  @ApiProperty({
    description: 'Place of the act in the ledger; reads take it as `minToken`.',
    example: '3f2b8c1e-5d4a-4f6b-9c7d-1e2f3a4b5c6d~00000000000000000042',
  })
  token!: string;

  @ApiProperty({ example: 'consent-3f2b8c1e-5d4a-4f6b-9c7d-1e2f3a4b5c6d' })
  stream!: string;

  @ApiProperty({ type: 'integer', description: 'Revision of the stream after the act.', example: 7 })
  revision!: number;

  @ApiProperty({ type: 'integer', description: 'New events; 0 if the act was already recorded.', example: 1 })
  appended!: number;
}
