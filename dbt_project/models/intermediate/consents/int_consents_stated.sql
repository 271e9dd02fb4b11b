with

entries as (

    select
        *,
        lower(trim(subject_type)) = 'openid' as is_openid,
        {{ subject_namespace('subject_type') }} as namespace,
        {{ subject_identifier() }} as identifier,
        -- what is not plainly a grant is taken as a refusal
        case
            when
                lower(trim(status)) in ('granted', 'grant', 'opt_in', 'accepted', '同意', '授权')
                then 'granted'
            else 'withdrawn'
        end as state
    from {{ ref('stg_consent__ledger_entries') }}

),

-- `openid` may be of the Official Account or of the mini-program: both are asked
openid_namespaces as (

    select 'wechat_oa_openid' as namespace
    union all
    select 'wechat_mp_openid' as namespace

),

ledger as (

    select
        coalesce(openid_namespaces.namespace, entries.namespace) as namespace,
        entries.identifier,
        {{ consent_word('entries.purpose', 'consent_purposes') }} as purpose,
        {{ consent_word('entries.channel', 'consent_channels') }} as channel,
        entries.state,
        coalesce(entries.basis, 'unstated') as basis,
        entries.is_openid,
        entries.effective_at,
        'consent_ledger' as source,
        entries._source_file as source_file,
        entries._line_number as line_number
    from entries
    left join openid_namespaces on entries.is_openid
    where
        entries.identifier is not null
        and coalesce(openid_namespaces.namespace, entries.namespace) is not null

),

sms_opt_outs as (

    select
        'phone' as namespace,
        phone as identifier,
        'marketing' as purpose,
        'sms' as channel,
        'withdrawn' as state,
        'reply' as basis,
        false as is_openid,
        received_at as effective_at,
        'sms_reply' as source,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_sms__replies') }}
    where {{ is_opt_out('body_text') }}

),

-- 3: written by the customer
service_opt_outs as (

    select
        'wecom_external_userid' as namespace,
        coalesce(external_userid, event_external_userid) as identifier,
        'marketing' as purpose,
        'wecom' as channel,
        'withdrawn' as state,
        'reply' as basis,
        false as is_openid,
        occurred_at as effective_at,
        'wecom_kf_message' as source,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_wecom__kf_messages') }}
    where
        origin = 3
        and {{ is_opt_out('body_text') }}
        and coalesce(external_userid, event_external_userid) is not null

),

final as (

    select * from ledger
    union all
    select * from sms_opt_outs
    union all
    select * from service_opt_outs

)

select * from final
