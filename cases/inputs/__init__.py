"""The input of each act: one serializer serves API, page form and JSON Schema."""

from cases.inputs import answers, base, contacts, desk, endings, filing, records

INPUTS = {
    "file": filing.FileInput,
    "open": base.ActInput,
    "add_line": filing.AddLineInput,
    "drop_line": filing.DropLineInput,
    "record_contact": contacts.RecordContactInput,
    "send_letter": contacts.SendLetterInput,
    "record_arrival": contacts.RecordArrivalInput,
    "remind": contacts.RemindInput,
    "acknowledge": answers.AcknowledgeInput,
    "explain": answers.ExplainInput,
    "propose_responsibility": answers.ProposeResponsibilityInput,
    "answer_responsibility": answers.AnswerResponsibilityInput,
    "confirm_responsibility": answers.ConfirmResponsibilityInput,
    "request_evidence": records.RequestEvidenceInput,
    "supply_evidence": records.SupplyEvidenceInput,
    "add_evidence": records.AddEvidenceInput,
    "add_message": records.AddMessageInput,
    "correct_record": records.CorrectRecordInput,
    "record_refund": records.RecordRefundInput,
    "accept_charge": endings.AcceptChargeInput,
    "fail_negotiation": endings.FailNegotiationInput,
    "withdraw": endings.WithdrawInput,
    "close": endings.CloseInput,
    "assign": desk.AssignInput,
    "approve": base.ActInput,
    "return_request": endings.ReturnRequestInput,
}
