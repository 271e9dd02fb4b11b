with

-- MoChat: 2 the customer deleted the guide, 3 the customer was put on the black list
mochat_signals as (

    select
        'wecom_external_userid' as namespace,
        contacts.external_userid as identifier,
        'marketing' as purpose,
        'wecom' as channel,
        'withdrawn' as state,
        case relations.relation_status
            when 2 then 'relationship_ended' else 'blacklist'
        end as basis,
        coalesce(relations.deleted_at, relations.updated_at) as effective_at,
        'mochat_contact_staff' as source,
        relations._source_file as source_file,
        relations._line_number as line_number
    from {{ ref('stg_mochat__contact_staff') }} as relations
    inner join {{ ref('stg_mochat__contacts') }} as contacts
        on relations.mochat_contact_id = contacts.mochat_contact_id
    where relations.relation_status in (2, 3)

),

linkwechat_signals as (

    select
        'wechat_unionid' as namespace,
        unionid as identifier,
        'marketing' as purpose,
        'wecom' as channel,
        'withdrawn' as state,
        'blacklist' as basis,
        cast(null as timestamp) as effective_at,
        'linkwechat_customer' as source,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_linkwechat__customers') }}
    where is_blacklisted and unionid is not null

),

final as (

    select * from mochat_signals
    union all
    select * from linkwechat_signals

)

select * from final
