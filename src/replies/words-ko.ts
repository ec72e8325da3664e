// What each class of outcome means and what is done, in Korean. Words only: scope and action are in classes.ts.

import type { ReplyClass } from "./outcome.ts";
import type { ClassWords } from "./words-en.ts";

export const WORDS_KO: Readonly<Record<ReplyClass, ClassWords>> = {
	accepted: {
		meaning: "상대 서버가 메일을 받았습니다.",
		advice: "할 일이 없습니다. 다만 받은편지함 도착까지 보장하지는 않습니다.",
	},
	"invalid-recipient": {
		meaning: "존재하지 않는 메일 주소입니다.",
		advice: "이 수신자는 발송 제외 목록에 들어갑니다. 한꺼번에 많으면 오래된 명단이며 차단의 원인이 됩니다.",
	},
	"inactive-mailbox": {
		meaning: "휴면 상태이거나 사용이 중지된 메일함입니다.",
		advice: "이번 발송은 끝냅니다. 여러 캠페인에서 같은 응답이 반복될 때만 발송에서 제외합니다.",
	},
	"mailbox-full": { meaning: "수신자의 메일함이 가득 찼습니다.", advice: "하루 뒤에 다시 시도하며 수신자는 유지합니다." },
	"recipient-rate": {
		meaning: "이 메일함에 지금 메일이 너무 많이 들어오고 있습니다.",
		advice: "이 수신자만 한 시간 기다립니다. 다른 수신자의 속도는 그대로입니다.",
	},
	"recipient-policy": {
		meaning: "수신자나 수신 기관이 자체 규칙으로 이 메일을 받지 않습니다.",
		advice: "이번 발송만 끝냅니다. 수신자에게 발신자를 허용해 달라고 요청하십시오.",
	},
	greylisted: {
		meaning: "처음 보는 발신자에게 몇 분 뒤 다시 오라고 하는 그레이리스팅입니다.",
		advice: "같은 발신 IP에서 몇 분 뒤 다시 시도합니다. 정상이며 할 일이 없습니다.",
	},
	"server-busy": {
		meaning: "상대 서버가 지금 메일을 받을 수 없습니다.",
		advice: "같은 사이트의 다른 서버로 보내거나 나중에 다시 시도합니다.",
	},
	"too-many-connections": {
		meaning: "동시 접속이나 접속 횟수가 너무 많습니다.",
		advice: "이 사이트로의 접속 수를 한동안 줄입니다. 자주 생기면 `connections` 값을 낮추십시오.",
	},
	"messages-per-connection": {
		meaning: "한 접속에서 보낼 수 있는 메일 수를 다 썼습니다.",
		advice: "새 접속으로 바로 다시 보내고 그 한도를 기억합니다.",
	},
	"sender-rate": {
		meaning: "발송 속도가 너무 빠르거나 허용량을 모두 썼습니다.",
		advice: "이 경로의 속도를 줄이고 나중에 다시 보냅니다. 수신자는 잃지 않습니다.",
	},
	"reputation-temporary": {
		meaning: "신고, 없는 주소, 급증한 발송량 등 평판 때문에 잠시 미뤄졌습니다.",
		advice: "속도를 줄이고 계속되면 경로를 보류합니다. 명단을 정리하고 사업자의 포스트마스터 페이지를 확인하십시오.",
	},
	"ip-blocked": {
		meaning: "상대 사이트나 서버가 우리 발신 IP를 차단했습니다.",
		advice: "다른 서버를 시도한 뒤 경로를 보류합니다. 원인을 없앤 다음 사업자에게 해제를 요청하십시오.",
	},
	"dnsbl-listed": {
		meaning: "발신 IP가 공개 블랙리스트에 있어 거절되었습니다.",
		advice:
			"메일은 대기하고 다른 호스트에 시도하며, 모든 호스트가 거절하면 경로를 보류합니다. 응답에 적힌 목록에서 IP를 조회하고, 원인을 고친 뒤 해제를 신청하십시오.",
	},
	"ptr-missing": {
		meaning: "발신 IP의 역방향 DNS(PTR)가 없거나 일치하지 않거나 유동 IP처럼 보입니다.",
		advice: "IP에 고유한 PTR 이름을 설정하고 그 이름이 같은 IP를 가리키게 한 뒤 EHLO에도 쓰십시오.",
	},
	"ehlo-refused": {
		meaning: "EHLO에 쓴 이름을 상대 서버가 받아들이지 않습니다.",
		advice: "발신원의 `ehlo`를 그 IP로 해석되는 완전한 호스트 이름으로 바꾸십시오.",
	},
	"relay-denied": {
		meaning: "이 서버는 수신자 도메인의 메일을 받지 않는다고 합니다.",
		advice: "다른 MX 서버를 시도합니다. 모두 그렇다면 도메인의 MX나 게이트웨이 설정이 잘못된 것입니다.",
	},
	"auth-failed": {
		meaning: "발신 도메인의 SPF 또는 DKIM 검사를 통과하지 못했습니다.",
		advice: "이 발신자를 모든 사이트에서 보류합니다. SPF와 DKIM을 고치고 사전 점검 후 해제하십시오.",
	},
	"dmarc-failed": {
		meaning: "From 도메인의 DMARC 정책을 통과하지 못했습니다.",
		advice: "이 발신자를 보류합니다. From 주소와 같은 도메인으로 DKIM이나 SPF가 통과해야 합니다.",
	},
	"not-aligned": {
		meaning: "SPF나 DKIM의 도메인이 From 주소의 도메인과 다릅니다.",
		advice: "이 발신자를 보류합니다. From 도메인으로 서명하거나 그 하위 반송 주소를 쓰십시오.",
	},
	"sender-refused": {
		meaning: "발신 주소나 발신 도메인이 거절되었거나 확인되지 않습니다.",
		advice: "이 발신자를 보류합니다. 발신 도메인의 DNS와 MX, 도메인 블랙리스트를 확인하십시오.",
	},
	"tls-required": { meaning: "상대 서버가 TLS 접속만 받습니다.", advice: "바로 TLS로 다시 보내고 이 서버에 대해 기억합니다." },
	"content-refused": {
		meaning: "메일 내용이 스팸, 피싱, 바이러스로 판단되었습니다.",
		advice: "이 사이트로의 캠페인을 멈춥니다. 문구, 링크, 이미지, 첨부를 점검한 뒤 계속하십시오.",
	},
	"link-listed": {
		meaning: "본문의 링크나 도메인이 블랙리스트에 있습니다.",
		advice: "이 사이트로의 캠페인을 멈춥니다. 등재된 도메인을 찾으십시오. 단축 주소가 흔한 원인입니다.",
	},
	"too-big": {
		meaning: "메일 크기가 상대 서버의 한도를 넘었습니다.",
		advice: "파일을 첨부하지 말고 링크로 바꿔 크기를 줄이십시오.",
	},
	"bad-format": {
		meaning: "헤더, 주소, 인코딩 등 메일 형식이 잘못되었다고 합니다.",
		advice: "모든 메일의 형식이 같으므로 캠페인을 멈춥니다. 응답에 나온 헤더를 확인하십시오.",
	},
	"receiver-misconfigured": {
		meaning: "수신 측 서버 설정이 잘못된 것으로 우리나 수신자의 문제가 아닙니다.",
		advice: "다른 서버나 나중에 다시 시도합니다. 수신 측 관리자에게 알리십시오.",
	},
	"no-such-domain": {
		meaning: "수신자의 도메인이 존재하지 않습니다.",
		advice: "이번 발송을 끝냅니다. 다시 확인되면 발송에서 제외합니다. 오타인 경우가 많습니다.",
	},
	"null-mx": {
		meaning: "수신자의 도메인이 메일을 전혀 받지 않는다고 선언했습니다.",
		advice: "이번 발송을 끝냅니다. 다시 확인되면 발송에서 제외합니다.",
	},
	"dns-failed": {
		meaning: "수신자 도메인의 DNS 조회에 실패했습니다.",
		advice: "나중에 다시 시도합니다. 여러 도메인에서 생기면 자체 DNS 리졸버를 확인하십시오.",
	},
	"connect-failed": {
		meaning: "상대 서버에 접속할 수 없거나 접속이 끊겼습니다.",
		advice: "다른 서버나 나중에 다시 시도합니다. 모든 사이트가 안 되면 25번 포트가 막혔는지 확인하십시오.",
	},
	timeout: { meaning: "상대 서버가 제시간에 응답하지 않았습니다.", advice: "다른 서버를 시도하거나 나중에 다시 보냅니다." },
	"tls-failed": {
		meaning: "TLS 연결에 실패했거나 필요한 TLS를 상대가 지원하지 않습니다.",
		advice: "다른 서버나 나중에 다시 시도합니다. 정책이 허용할 때만 평문으로 보냅니다.",
	},
	"protocol-error": {
		meaning: "상대 서버의 응답이 SMTP 규약에 맞지 않습니다.",
		advice: "다른 서버나 나중에 다시 시도합니다. SMTP를 바꾸는 방화벽이 흔한 원인입니다.",
	},
	"login-refused": {
		meaning: "게이트웨이가 로그인을 거절했거나 로그인을 요구합니다.",
		advice: "게이트웨이를 보류합니다. 사용자, 비밀번호, SMTP 사용 권한을 확인하십시오.",
	},
	"gateway-policy": {
		meaning: "게이트웨이가 이 계정으로 이 From 주소를 쓰지 못하게 합니다.",
		advice: "이 발신자를 보류합니다. 관리자에게 주소 인증이나 대리 발송 허용을 요청하십시오.",
	},
	"connection-expired": {
		meaning: "오래되었거나 쉬고 있던 접속을 상대 서버가 끊었습니다.",
		advice: "새 접속으로 바로 다시 보냅니다.",
	},
	"silent-close": {
		meaning: "메일을 받은 뒤 상대 서버가 아무 말 없이 접속을 끊었습니다.",
		advice: "새 접속으로 바로 다시 보내고 가능한 메일 수를 기억합니다.",
	},
	"lost-after-body": {
		meaning: "메일을 넘긴 뒤 접속이 끊겨 도착 여부를 알 수 없습니다.",
		advice: "불확실로 표시하며 저절로 다시 보내지 않습니다. 명령으로 다시 보낼 수 있습니다.",
	},
	"source-missing": {
		meaning: "이 컴퓨터에 발신원 IP 주소가 없습니다.",
		advice: "네트워크 인터페이스에 주소를 추가하거나 발신원의 `address`를 고치십시오.",
	},
	skipped: { meaning: "표시되거나 보류된 서버라서 시도하지 않았습니다.", advice: "표시가 풀릴 때까지 다른 서버를 씁니다." },
	"unknown-temporary": {
		meaning: "알려진 규칙에 없는 일시적 거절입니다.",
		advice: "정해진 간격으로 다시 시도합니다. 직접 규칙을 추가할 수 있습니다.",
	},
	"unknown-permanent": {
		meaning: "알려진 규칙에 없는 영구 거절입니다.",
		advice: "RCPT 이후면 이번 발송만 끝내고 수신자는 유지하며, 그 전이면 다른 서버나 나중에 시도합니다.",
	},
};
