{{ config(materialized='handoff') }}

with

wecom_customers as (

    select
        'wecom_customer' as source,
        'wecom_customer:' || external_userid || ':' || staff_userid as record_id,
        'wecom_external_userid' as namespace,
        external_userid as identifier,
        phones,
        coalesce(added_at, _exported_at) as seen_at,
        _source_file,
        _line_number
    from {{ ref('stg_wecom__customers') }}

),

linkwechat_customers as (

    select
        'linkwechat_customer' as source,
        'linkwechat_customer:' || coalesce(unionid, _content_hash)
        || ':' || staff_userid as record_id,
        cast(null as string) as namespace,
        cast(null as string) as identifier,
        phones,
        coalesce({{ start_of_day('added_on') }}, _exported_at) as seen_at,
        _source_file,
        _line_number
    from {{ ref('stg_linkwechat__customers') }}

),

-- MoChat keeps the remark with the staff relation: it needs the contact beside it to link
mochat_relations as (

    select
        'mochat_contact_staff' as source,
        'mochat_contact_staff:' || relations.relation_id as record_id,
        'wecom_external_userid' as namespace,
        contacts.external_userid as identifier,
        relations.phones,
        coalesce(relations.added_at, relations._exported_at) as seen_at,
        relations._source_file,
        relations._line_number
    from {{ ref('stg_mochat__contact_staff') }} as relations
    inner join {{ ref('stg_mochat__contacts') }} as contacts
        on relations.mochat_contact_id = contacts.mochat_contact_id

),

remarks as (

    select * from wecom_customers
    union all
    select * from linkwechat_customers
    union all
    select * from mochat_relations

),

remarked_phones as (

    {{ unnest_json('remarks', 'phones') }}

),

final as (

    select
        record_id,
        'phone' as namespace,
        '' as scope,
        item as identifier,
        'candidate' as strength,
        'staff_remark' as rule,
        seen_at,
        source,
        _source_file as source_file,
        _line_number as line_number
    from remarked_phones
    union all
    select
        record_id,
        namespace,
        '' as scope,
        identifier,
        'strong' as strength,
        'wecom_contact' as rule,
        seen_at,
        source,
        _source_file as source_file,
        _line_number as line_number
    from mochat_relations
    where identifier is not null

)

select * from final
