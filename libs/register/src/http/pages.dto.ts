import { DayField, EnumField, KnownAsDto, NestedField, TextField } from '#http';
import { registerRoles } from '../contract.js';
import { FormVersionViewDto } from './collection-form.dto.js';
import { DataControllerViewDto } from './data-controller.dto.js';
import { NoticeViewDto } from './notice.dto.js';
import { PurposeViewDto } from './purpose.dto.js';
import { DataRecipientViewDto } from './recipient.dto.js';
import { RegisterLineDto } from './register.dto.js';

const MAX_PAGE = 500;

/** What every page of a list says beside its items. */
export class PageDto {
  @TextField({ max: 500, optional: true, description: 'Cursor of the next page; absent on the last.' })
  next?: string;
}

/** A page of data controllers. */
export class DataControllerPageDto extends PageDto {
  @NestedField(() => DataControllerViewDto, { array: true, max: MAX_PAGE })
  items!: DataControllerViewDto[];
}

/** A page of purposes. */
export class PurposePageDto extends PageDto {
  @NestedField(() => PurposeViewDto, { array: true, max: MAX_PAGE })
  items!: PurposeViewDto[];
}

/** A page of notices. */
export class NoticePageDto extends PageDto {
  @NestedField(() => NoticeViewDto, { array: true, max: MAX_PAGE })
  items!: NoticeViewDto[];
}

/** A page of recipients. */
export class RecipientPageDto extends PageDto {
  @NestedField(() => DataRecipientViewDto, { array: true, max: MAX_PAGE })
  items!: DataRecipientViewDto[];
}

/** A page of form versions. */
export class FormPageDto extends PageDto {
  @NestedField(() => FormVersionViewDto, { array: true, max: MAX_PAGE })
  items!: FormVersionViewDto[];
}

/** A page of the register. */
export class RegisterPageDto extends PageDto {
  @EnumField(registerRoles)
  role!: string;

  @DayField({ description: 'The day it is as of.' })
  at!: string;

  @NestedField(() => KnownAsDto, { optional: true })
  knownAs?: KnownAsDto;

  @NestedField(() => RegisterLineDto, { array: true, max: MAX_PAGE })
  items!: RegisterLineDto[];
}
