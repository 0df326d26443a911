import type { AuthenticatedRequest } from '@lianban/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { StaffRegister } from './staff-register.js';

/** Shows the register everybody who calls. Nobody waits for it. */
@Injectable()
export class NoteStaff implements NestInterceptor {
  constructor(@Inject(StaffRegister) private readonly register: StaffRegister) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const caller = context.getType() === 'http' ? context.switchToHttp().getRequest<AuthenticatedRequest>().caller : undefined;
    if (caller) void this.register.see(caller);
    return next.handle();
  }
}
